// SPDX-License-Identifier: MIT
/*
 * The loader leaves RAM in ranges with the image and the modules somewhere in it. What is left over is a short list of
 * extents below. The tables ring 0 needs for ever (page tables of the direct map, the frame table) are cut from
 * the top of the largest extent below 4 GiB, which start.S has mapped; the rest becomes free frames.
 */
#include "boot/memory_map.h"

#include "boot/boot_info.h"
#include "machine/cpu.h"
#include "machine/layout.h"
#include "machine/log_control.h"
#include "memory/frame_alloc.h"
#include "memory/io_memory.h"
#include "memory/m2p.h"

#define EXTENTS_MAX 32
#define LOW_MEMORY 0x100000ull /* BIOS data, the loader's tables: left alone */
#define MAPPED_AT_BOOT 0x100000000ull
#define LARGE_PAGE 0x200000ull
#define DIRECT_MAP_LIMIT (1ull << 39) /* one L4 slot */
#define PTE_TABLE 0x003u
#define PTE_LARGE 0x1e3u /* present, writable, accessed, dirty, large; global is of no effect: CR4.PGE is 0 */
#define PTE_NX (1ull << 63)

struct extent {
    uint64_t start, end;
};

static struct extent extents[EXTENTS_MAX];
static unsigned extent_count;

extern char image_end[];
extern uint64_t boot_l4[ENTRIES_PER_TABLE];

static uint64_t page_up(uint64_t address)
{
    return (address + PAGE_SIZE - 1) & PAGE_MASK;
}

/* Takes [start, end) out of every extent. */
static void extents_exclude(uint64_t start, uint64_t end)
{
    for (unsigned i = 0; i < extent_count; i++) {
        struct extent e = extents[i];

        if (end <= e.start || e.end <= start)
            continue;
        extents[i].end = MAX(e.start, MIN(start, e.end));
        if (end < e.end && extent_count < EXTENTS_MAX)
            extents[extent_count++] = (struct extent){end, e.end};
    }
}

static void extents_collect(void)
{
    for (unsigned i = 0; i < boot_info.range_count && extent_count < EXTENTS_MAX; i++) {
        const struct boot_range *r = &boot_info.ranges[i];

        if (r->type == MAP_RAM && page_up(r->start) < (MIN(r->end, DIRECT_MAP_LIMIT) & PAGE_MASK))
            extents[extent_count++] =
                (struct extent){page_up(r->start), MIN(r->end, DIRECT_MAP_LIMIT) & PAGE_MASK};
    }
    extents_exclude(0, LOW_MEMORY);
    extents_exclude(LOW_MEMORY, (uint64_t)image_end - IMAGE_OFFSET);
    for (unsigned i = 0; i < boot_info.module_count; i++)
        extents_exclude(boot_info.modules[i].start & PAGE_MASK, page_up(boot_info.modules[i].end));
}

/* Zeroed memory that is never given back, below 4 GiB. */
static void *boot_alloc(uint64_t bytes)
{
    struct extent *best = NULL;

    bytes = page_up(bytes);
    for (unsigned i = 0; i < extent_count; i++) {
        struct extent *e = &extents[i];

        if (e->end <= MAPPED_AT_BOOT && e->end - e->start >= bytes &&
            (!best || e->end - e->start > best->end - best->start))
            best = e;
    }
    if (!best)
        boot_refuse(
            "%lu KiB for the frame table do not fit below 4 GiB; start it with more memory (-m 128 or more) "
            "or smaller modules.",
            bytes >> 10);
    best->end -= bytes;
    uint8_t *memory = physical_map(best->end);
    __builtin_memset(memory, 0, bytes);
    return memory;
}

static bool large_page_has_ram(uint64_t address)
{
    for (unsigned i = 0; i < boot_info.range_count; i++) {
        const struct boot_range *r = &boot_info.ranges[i];

        if (r->start < address + LARGE_PAGE && address < r->end && r->type != MAP_RESERVED)
            return true;
    }
    return false;
}

static uint64_t *table_of(uint64_t *table, unsigned index)
{
    if (!(table[index] & 1))
        table[index] = (frame_unmap(boot_alloc(PAGE_SIZE)).raw << PAGE_SHIFT) | PTE_TABLE;
    return physical_map(table[index] & PAGE_MASK & ~PTE_NX);
}

/* One large page for each 2 MiB with RAM or ACPI tables in it, none for the rest; no execution through it. */
static void direct_map_build(uint64_t end)
{
    uint64_t *l3 = physical_map(boot_l4[DIRECT_MAP_SLOT] & PAGE_MASK);

    for (uint64_t a = 0; a < MAX(end, MAPPED_AT_BOOT); a += LARGE_PAGE) {
        bool wanted = a == 0 || large_page_has_ram(a);

        if (!wanted && a >= MAPPED_AT_BOOT)
            continue;
        table_of(l3, (unsigned)(a >> 30))[a >> 21 & 511] = wanted ? a | PTE_LARGE | PTE_NX : 0;
    }
}

static uint64_t ram_end(void)
{
    uint64_t end = 0;

    for (unsigned i = 0; i < extent_count; i++)
        end = MAX(end, extents[i].end);
    return end;
}

/*
 * What lies between the ranges of RAM is devices, or RAM the firmware keeps: the screen at A0000h, the ACPI tables, the
 * hole below 4 GiB. The map's ranges ascend.
 */
static void add_device_ranges(uint64_t end)
{
    uint64_t at = 0;

    for (unsigned i = 0; i <= boot_info.range_count; i++) {
        const struct boot_range *r = &boot_info.ranges[i];
        bool last = i == boot_info.range_count;
        uint64_t gap_end = last ? end : MIN(r->start, end);

        if (!last && r->type != MAP_RAM)
            continue;
        if (page_up(at) < (gap_end & PAGE_MASK))
            frame_add_device_range(mfn(page_up(at) >> PAGE_SHIFT),
                                   ((gap_end & PAGE_MASK) - page_up(at)) >> PAGE_SHIFT);
        at = last ? end : r->end;
    }
}

void memory_map_init(void)
{
    uint64_t end;

    extents_collect();
    if (extent_count == 0)
        boot_refuse("the boot loader gave no memory map; use a Multiboot 1 loader that gives one.");
    end = ram_end();
    direct_map_build(end);
    frame_table_init(boot_alloc((end >> PAGE_SHIFT) * sizeof(struct frame)), end >> PAGE_SHIFT);
    add_device_ranges(end);
    io_memory_init(cpuid(0x80000008, 0).a & 0xff);
    m2p_init(boot_alloc(m2p_size(end >> PAGE_SHIFT)), end >> PAGE_SHIFT);
    for (unsigned i = 0; i < extent_count; i++)
        if (extents[i].start < extents[i].end)
            frame_add_free_range(mfn(extents[i].start >> PAGE_SHIFT),
                                 (extents[i].end - extents[i].start) >> PAGE_SHIFT);
    boot_l4[0] = 0;
    cr3_write(cr3_read());
}

void memory_map_free(uint64_t start, uint64_t end)
{
    uint64_t first = page_up(start) >> PAGE_SHIFT, last = end >> PAGE_SHIFT;

    if (first < last)
        frame_add_free_range(mfn(first), last - first);
}
