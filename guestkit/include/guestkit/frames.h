/* SPDX-License-Identifier: MIT */
/*
 * The domain's memory: who uses which frame. Needs `p2m`, `page_tables`, `window`, `string`.
 *
 * Two kinds of memory are handed out. Pages are linearly mapped: contiguous in pseudo-physical and in
 * virtual memory, at pfn_to_address(). Frames are just frame numbers, perhaps far beyond what a 32-bit
 * address space can map: look at them through a window or map them where you want. Pages are taken
 * from the bottom of memory, frames from the top. The linear map starts as what the builder made and grows
 * as pages are needed, to FRAMES_LINEAR_LIMIT frames.
 *
 * A frame that is to become a page table comes from table_alloc(), since nothing else keeps it read-only.
 */
#ifndef GUESTKIT_FRAMES_H
#define GUESTKIT_FRAMES_H

#include <guestkit/p2m.h>
#include <guestkit/page_updates.h>

/* 768 MiB. The rest of the first GiB of addresses is for ports that map things themselves. */
#define FRAMES_LINEAR_LIMIT 0x30000u

/*
 * Take stock. The image, what the builder placed behind it (initrd, p2m list, start_info, rings, page tables,
 * boot stack) and pfn 0 are in use, all else is free. Needs p2m_init() before; calls page_tables_init(). 0, or -ENOMEM when the boot region
 * has no room for the map.
 */
int frames_init(const start_info_t *info);

/* `count` linearly mapped pages, contents undefined; NULL when there are none. */
void *pages_alloc(uint32_t count);
/* Give back pages that are mapped writable, as they were when they were handed out. */
void pages_free(void *address, uint32_t count);

/* One frame, perhaps unmapped; P2M_NONE when there is none. */
uint32_t frame_alloc(void);
void frame_free(uint32_t pfn);

/* A zeroed frame, mapped read-only, that may become a page table. Returns its mfn, or P2M_NONE. */
uint32_t table_alloc(void);
/* Back to ordinary memory: nothing may use it as a table any more. 0, or the errno of mapping it writable. */
int table_free(uint32_t mfn);
/* The same in two steps, for tables that are filled first: make pages_alloc()'d memory read-only. */
int table_seal(void *page);

uint32_t frames_free_count(void);

/*
 * Called when the linear map has got a new L1 table, linked at `l2_entry` for `address` in the current address
 * space. Set by `spaces`, which links it in the others.
 */
extern int (*frames_linear_grown)(const void *address, pte_t l2_entry);

/* Take a given frame out of, or put one into, the set of free ones: for the balloon. False when it was not free. */
bool frame_claim(uint32_t pfn);

#endif
