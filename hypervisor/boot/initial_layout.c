// SPDX-License-Identifier: MIT
#include "boot/initial_layout.h"

#include "core/types.h"

#define PAE_L2_TABLES                                                                                        \
    4 /* every slot of the L3 is filled, so that the hypervisor's share of slot 3 has its L2 */
#define SLACK_BYTES 0x80000ull
#define END_ALIGN 0x400000ull

static uint64_t pages(uint64_t bytes)
{
    return (bytes + PAGE_SIZE - 1) >> PAGE_SHIFT;
}

/* L1 tables, each 2 MiB, that cover [base, base + frames pages). */
static uint64_t l1_tables(uint64_t base, uint64_t frames)
{
    uint64_t end = base + (frames << PAGE_SHIFT);

    return ((end + 0x1fffff) >> 21) - (base >> 21);
}

bool start_layout_compute(struct start_layout *l, uint64_t virt_base, uint64_t kernel_end,
                          uint64_t initrd_bytes, bool map_initrd, uint64_t nr_pages, uint64_t ring_frames,
                          uint64_t limit)
{
    uint64_t next, total;

    *l = (struct start_layout){0};
    l->kernel_frames = pages(kernel_end - virt_base);
    l->initrd_frames = pages(initrd_bytes);
    l->initrd_mapped = map_initrd;
    next = l->kernel_frames;
    l->initrd = next;
    next += map_initrd ? l->initrd_frames : 0;
    l->p2m = next;
    l->p2m_frames = pages(nr_pages * sizeof(uint32_t));
    next += l->p2m_frames;
    l->start_info = next++;
    l->rings = next;
    next += ring_frames;
    l->tables = next;
    l->l2_count = PAE_L2_TABLES;
    /* More tables push the end up, which may need one more table: ends, as a table covers 512 frames. */
    do {
        total = 1 + l->l2_count + l->l1_count;
        l->stack = l->tables + total;
        l->end =
            ((virt_base + ((l->stack + 1) << PAGE_SHIFT) + SLACK_BYTES + END_ALIGN - 1) & ~(END_ALIGN - 1)) -
            virt_base;
        l->end >>= PAGE_SHIFT;
        l->l1_count = l1_tables(virt_base, l->end);
    } while (1 + l->l2_count + l->l1_count != total);
    l->table_frames = total;
    if (!map_initrd)
        l->initrd = l->end;
    return virt_base + (l->end << PAGE_SHIFT) <= limit &&
           l->end + (map_initrd ? 0 : l->initrd_frames) <= nr_pages;
}
