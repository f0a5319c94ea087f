/* SPDX-License-Identifier: MIT */
/* PCI configuration space, by the ports 0xcf8 and 0xcfc, which ring 0 emulates for the initial domain alone. */
#ifndef ROOT_PCI_CONFIG_SPACE_H
#define ROOT_PCI_CONFIG_SPACE_H

#include <stdbool.h>
#include <stdint.h>

#include "config/domain_config.h"

/* Lets this domain use the ports. 0 or a negative errno. */
int config_space_init(void);

/* `offset` is below 256, `size` is 1, 2 or 4, and the access aligned. Only segment 0 is there. */
uint32_t config_space_read(const struct config_pci *device, unsigned offset, unsigned size);
void config_space_write(const struct config_pci *device, unsigned offset, unsigned size, uint32_t value);

#endif
