// SPDX-License-Identifier: MIT
/*
 * Where things go in a new domain. Pseudo-physical frames from 0 up, mapped linearly from virt_base, in the order the
 * ABI gives (the start of day comment of the reference's xen.h):
 *
 *     kernel image | initrd | phys-to-machine list | start_info | rings | page tables (root first) | boot stack
 *
 * each from a page boundary; the rings are an ordinary domain's xenstore and console pages, in this order. Then at least 512 KiB of slack, mapped too, to the next 4 MiB boundary. A module the
 * kernel does not want mapped (ELF note MOD_START_PFN) lies behind all of it.
 */
#ifndef RINGLET_BOOT_INITIAL_LAYOUT_H
#define RINGLET_BOOT_INITIAL_LAYOUT_H

#include <stdbool.h>
#include <stdint.h>

/* All in frames from pfn 0, but `end`: the number of frames mapped. */
struct start_layout {
    uint64_t kernel_frames; /* from pfn 0 to the end of the kernel image */
    uint64_t initrd, initrd_frames;
    uint64_t p2m, p2m_frames;
    uint64_t start_info;
    uint64_t rings;
    uint64_t tables, table_frames; /* root, then L2 tables, then L1 tables */
    uint64_t l2_count, l1_count;
    uint64_t stack;
    uint64_t end;
    bool initrd_mapped;
};

/*
 * virt_base, kernel_end: linear addresses; nr_pages: frames of the domain; ring_frames: 0 for the initial domain, 2 for others. False when it does not fit below `limit`
 * (the guest's linear limit) or into nr_pages.
 */
bool start_layout_compute(struct start_layout *l, uint64_t virt_base, uint64_t kernel_end,
                          uint64_t initrd_bytes, bool map_initrd, uint64_t nr_pages, uint64_t ring_frames,
                          uint64_t limit);

#endif
