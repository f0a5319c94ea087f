/* SPDX-License-Identifier: MIT */
/*
 * The tree by which a toolstack finds the p2m list:
 *
 *     shared_info -> list of lists (1 frame) -> lists (1 frame for 1024 of the next) -> p2m list (1024 entries a frame)
 *
 * One frame of lists covers 4 GiB of memory.
 */
#include <guestkit/frames.h>
#include <guestkit/page_tables.h>
#include <guestkit/shared.h>
#include <guestkit/suspend.h>

#define ENTRIES (PAGE_BYTES / 4)

/* The lists follow it in memory. */
static uint32_t *list_of_lists;

int p2m_publish(void)
{
    uint32_t p2m_frames = (p2m_size + ENTRIES - 1) / ENTRIES;
    uint32_t lists = (p2m_frames + ENTRIES - 1) / ENTRIES;

    if (!list_of_lists) {
        list_of_lists = pages_alloc(1 + lists);
    }
    if (!list_of_lists) {
        return -XEN_ENOMEM;
    }
    uint32_t *list = list_of_lists + ENTRIES;
    for (uint32_t i = 0; i < ENTRIES; i++) {
        list_of_lists[i] = i < lists ? address_to_mfn(list + i * ENTRIES) : 0;
    }
    for (uint32_t i = 0; i < lists * ENTRIES; i++) {
        const uint32_t *part = p2m_list + i * ENTRIES;
        list[i] = i < p2m_frames ? pte_mfn(page_entry(part)) : 0;
    }
    shared_page.arch.max_pfn = p2m_size;
    shared_page.arch.pfn_to_mfn_frame_list_list = address_to_mfn(list_of_lists);
    return 0;
}
