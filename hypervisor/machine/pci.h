// SPDX-License-Identifier: MIT
/*
 * What ring 0 has to know of PCI: where devices keep the addresses and vectors of their message-signalled interrupts (PCI
 * Local Bus Specification 3.0, section 6.8). Who writes those can raise any vector on any processor, so nobody but
 * ring 0 may; and nobody may move the registers that hold them.
 */
#ifndef RINGLET_MACHINE_PCI_H
#define RINGLET_MACHINE_PCI_H

#include "core/types.h"

/* There is such a function of a device. `function`: as in port 0xcf8, bits 23 to 8. */
bool pci_function_exists(uint32_t function);

/* Where a function's MSI-X table is. False when it has none. */
struct msix_place {
    uint64_t address;
    unsigned entries;
};
bool pci_msix_place(uint32_t function, struct msix_place *place);
/* Turns on its messages. False when it does not answer at its memory addresses: nobody has turned that on. */
bool pci_msix_enable(uint32_t function);

/* Calls `found` for the MSI-X table of every function there is: machine address and bytes. */
void pci_find_msix_tables(void (*found)(uint64_t address, uint64_t bytes));

/*
 * Configuration space as memory, on the chipset QEMU's q35 machine has: true with its address and size when it is on.
 * Through it every guard on the ports could be passed by.
 */
bool pci_config_memory(uint64_t *address, uint64_t *bytes);

/*
 * True when a write of a guest to this register must not reach the device. `address`: as in port 0xcf8, bits 31 to 2;
 * bytes [offset, offset + bytes) of the four that it names.
 */
bool pci_register_guarded(uint32_t address, unsigned offset, unsigned bytes);

#endif
