// SPDX-License-Identifier: MIT
/*
 * The heap: a range of addresses of its own, far above the linear map, backed frame by frame as it grows. What has
 * been backed once stays backed.
 */
#include <sys/types.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <guestkit/frames.h>
#include <guestkit/spaces.h>

#include "fail.h"

#define HEAP_START 0x40000000u
#define HEAP_END 0x80000000u

static uintptr_t heap_end = HEAP_START;   /* what sbrk() has given out */
static uintptr_t backed_end = HEAP_START; /* what has frames behind it */

static int back_one_page(void)
{
    uint32_t pfn = frame_alloc();

    if (pfn == P2M_NONE)
        return -1;
    if (space_map(&space_kernel, (const void *)backed_end, pte_make(pfn_to_mfn(pfn), PTE_DATA))) {
        frame_free(pfn);
        return -1;
    }
    backed_end += PAGE_BYTES;
    return 0;
}

void *sbrk(ptrdiff_t change)
{
    uintptr_t before = heap_end;

    if (change < 0 ? (uintptr_t)-change > heap_end - HEAP_START : (uintptr_t)change > HEAP_END - heap_end) {
        libc_fail(ENOMEM);
        return (void *)-1;
    }
    while (backed_end < before + (uintptr_t)change)
        if (back_one_page()) {
            libc_fail(ENOMEM);
            return (void *)-1;
        }
    heap_end = before + (uintptr_t)change;
    return (void *)before;
}
