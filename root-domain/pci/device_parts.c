// SPDX-License-Identifier: MIT
#include "device_parts.h"

#define REG_COMMAND 0x04u
#define REG_STATUS 0x06u
#define REG_CACHE_LINE 0x0cu
#define REG_LATENCY 0x0du
#define REG_BAR 0x10u
#define REG_CAPABILITIES 0x34u
#define STATUS_HAS_CAPABILITIES 0x10u

#define CAPABILITY_VENDOR 0x09u
#define CAPABILITY_MSIX 0x11u
#define CAPABILITIES_MAX 48u

/* Memory, bus master, no INTx. Ports stay as they are. */
#define COMMAND_BITS 0x0406u

#define VENDOR_VIRTIO 0x1af4u
#define BARS 6u
#define BAR_IO 1u
#define BAR_64 4u
#define PAGE_SHIFT 12

/* Machine address of a BAR; 0 for one that is for ports, or not there. */
static uint64_t bar_address(pci_read *read, const void *context, unsigned bar)
{
    uint32_t low = bar < BARS ? read(context, REG_BAR + 4 * bar, 4) : BAR_IO;
    uint64_t address = low & ~0xfu;

    if (low & BAR_IO)
        return 0;
    if ((low & 6) == BAR_64 && bar + 1 < BARS)
        address |= (uint64_t)read(context, REG_BAR + 4 * (bar + 1), 4) << 32;
    return address;
}

static void add_range(struct pci_parts *parts, uint64_t address, uint32_t length)
{
    uint64_t first = address >> PAGE_SHIFT, last = (address + length - 1) >> PAGE_SHIFT;

    if (length && parts->range_count < PCI_RANGES_MAX)
        parts->ranges[parts->range_count++] = (struct pci_range){first, (uint32_t)(last - first + 1)};
}

/* Virtio 1.1, section 4.1.4: type, BAR, offset and length of a part of the device. */
static void read_vendor(struct pci_parts *parts, pci_read *read, const void *context, unsigned at)
{
    unsigned type = read(context, at + 3, 1);
    uint64_t bar = bar_address(read, context, read(context, at + 4, 1));

    if (parts->vendor == VENDOR_VIRTIO && type >= 1 && type <= 4 && bar)
        add_range(parts, bar + read(context, at + 8, 4), read(context, at + 12, 4));
}

static void read_messages(struct pci_parts *parts, pci_read *read, const void *context, unsigned at)
{
    parts->messages = (read(context, at + 2, 2) & 0x7ff) + 1;
    parts->table_base = bar_address(read, context, read(context, at + 4, 1) & 7);
}

void pci_parts_read(struct pci_parts *parts, pci_read *read, const void *context)
{
    uint32_t id = read(context, 0, 4);
    unsigned at;

    *parts = (struct pci_parts){.present = (id & 0xffff) != 0xffff,
                                .vendor = (uint16_t)id,
                                .device = (uint16_t)(id >> 16)};
    if (!parts->present || !(read(context, REG_STATUS, 2) & STATUS_HAS_CAPABILITIES))
        return;
    at = read(context, REG_CAPABILITIES, 1) & 0xfc;
    for (unsigned n = 0; at >= 0x40 && n < CAPABILITIES_MAX; n++, at = read(context, at + 1, 1) & 0xfc) {
        unsigned kind = read(context, at, 1);

        if (kind == CAPABILITY_VENDOR && at <= 256 - 16)
            read_vendor(parts, read, context, at);
        else if (kind == CAPABILITY_MSIX && at <= 256 - 12)
            read_messages(parts, read, context, at);
    }
}

bool pci_access_valid(int32_t offset, int32_t size)
{
    return (size == 1 || size == 2 || size == 4) && offset >= 0 && offset <= 256 - size && offset % size == 0;
}

bool pci_write_allowed(unsigned offset, unsigned size, uint32_t old, uint32_t *value)
{
    if (offset == REG_COMMAND && size == 2) {
        *value = (old & ~COMMAND_BITS) | (*value & COMMAND_BITS);
        return true;
    }
    return (offset == REG_STATUS && size == 2) ||
           ((offset == REG_CACHE_LINE || offset == REG_LATENCY) && size == 1);
}
