/* SPDX-License-Identifier: MIT */
/*
 * What a device's configuration space says about it, and what its driver domain may change there. Pure C: the space is read through a
 * function.
 */
#ifndef ROOT_PCI_DEVICE_PARTS_H
#define ROOT_PCI_DEVICE_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_RANGES_MAX 8u

typedef uint32_t pci_read(const void *context, unsigned offset, unsigned size);

/* Frames of registers. */
struct pci_range {
    uint64_t first;
    uint32_t count;
};

struct pci_parts {
    bool present;
    uint16_t vendor, device;
    unsigned range_count;
    struct pci_range ranges[PCI_RANGES_MAX];
    unsigned messages;   /* entries of its MSI-X table; 0: it has none */
    uint64_t table_base; /* machine address of the table's BAR */
};

/*
 * Registers are found by virtio's capabilities, which say where each lies and how long it is: a BAR's own size shows only when it is
 * written, which ring 0 denies for a device with MSI-X.
 */
void pci_parts_read(struct pci_parts *parts, pci_read *read, const void *context);

/*
 * What a driver domain's write may become: the new value of the `size` bytes at `offset`, or false when it may not
 * write there. BARs stay where they are, and messages are ring 0's.
 */
bool pci_write_allowed(unsigned offset, unsigned size, uint32_t old, uint32_t *value);

/* Whether an access lies in the space and is aligned. */
bool pci_access_valid(int32_t offset, int32_t size);

#endif
