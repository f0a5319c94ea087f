// SPDX-License-Identifier: MIT
/*
 * The MSI-X tables of devices (PCI Local Bus Specification 3.0, section 6.8.2): ring 0 alone writes them. `function`: as
 * in port 0xcf8, bits 23 to 8.
 */
#ifndef RINGLET_MACHINE_MSIX_H
#define RINGLET_MACHINE_MSIX_H

#include "core/types.h"

/*
 * Entry `entry` sends `vector` to this processor; it is masked at first, and the function's messages are turned on. False
 * when the function has no such entry, or does not answer at its memory addresses now.
 */
bool msix_route(uint32_t function, unsigned entry, uint8_t vector);
/* Of an entry that was routed. */
void msix_mask(uint32_t function, unsigned entry, bool masked);

#endif
