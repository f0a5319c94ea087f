// SPDX-License-Identifier: MIT
#include "machine/device_map.h"

#include "machine/boot_tables.h"
#include "machine/cpu.h"
#include "machine/direct_map.h"
#include "machine/layout.h"

#define ENTRY_TABLE 0x003u  /* present, writable */
#define ENTRY_DEVICE 0x07bu /* present, writable, write-through and uncached, accessed, dirty */
#define ENTRY_NX (1ull << 63)

/* One table of each level: 2 MiB of registers. */
static uint64_t l3[ENTRIES_PER_TABLE] __attribute__((aligned(PAGE_SIZE)));
static uint64_t l2[ENTRIES_PER_TABLE] __attribute__((aligned(PAGE_SIZE)));
static uint64_t l1[ENTRIES_PER_TABLE] __attribute__((aligned(PAGE_SIZE)));
static unsigned used;

static uint64_t physical_of(const void *image_address)
{
    return (uint64_t)image_address - IMAGE_OFFSET;
}

volatile void *device_map(uint64_t physical, uint64_t bytes)
{
    uint64_t first = physical >> PAGE_SHIFT, last = (physical + bytes - 1) >> PAGE_SHIFT;
    uint64_t address = DEVICE_MAP_BASE + ((uint64_t)used << PAGE_SHIFT) + (physical & (PAGE_SIZE - 1));

    if (bytes == 0 || last - first >= ENTRIES_PER_TABLE - used)
        return NULL;
    l3[0] = physical_of(l2) | ENTRY_TABLE;
    l2[0] = physical_of(l1) | ENTRY_TABLE;
    boot_l4[DEVICE_MAP_SLOT] = physical_of(l3) | ENTRY_TABLE;
    for (uint64_t frame = first; frame <= last; frame++) {
        tlb_flush_page(DEVICE_MAP_BASE + ((uint64_t)used << PAGE_SHIFT));
        l1[used++] = frame << PAGE_SHIFT | ENTRY_DEVICE | ENTRY_NX;
    }
    return (volatile void *)address;
}
