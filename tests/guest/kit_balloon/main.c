/* SPDX-License-Identifier: MIT */
/*
 * The kit's balloon, heap and published p2m tree: memory goes and comes back, and the lists tell the truth.
 */
#include <guestkit/balloon.h>
#include <guestkit/frames.h>
#include <guestkit/heap.h>
#include <guestkit/string.h>
#include <guestkit/suspend.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define FRAMES 300

static void test_balloon(void)
{
    int before = balloon_current();
    uint32_t free_before = frames_free_count();

    expect_equal(before, boot_info->nr_pages);
    expect(balloon_maximum() >= before);
    expect_equal(balloon_give(FRAMES), FRAMES);
    expect_equal(balloon_current(), before - FRAMES);
    expect_equal(frames_free_count(), free_before - FRAMES);
    uint32_t gaps = 0;
    for (uint32_t pfn = 0; pfn < p2m_size; pfn++) {
        gaps += pfn_to_mfn(pfn) == P2M_NONE;
    }
    expect_equal(gaps, FRAMES);
    expect_equal(balloon_take(FRAMES), FRAMES);
    expect_equal(balloon_current(), before);
    expect_equal(frames_free_count(), free_before);
    uint32_t wrong = 0;
    for (uint32_t pfn = p2m_size - FRAMES; pfn < p2m_size; pfn++) {
        wrong += mfn_to_pfn(pfn_to_mfn(pfn)) != pfn;
    }
    expect_equal(wrong, 0);
    expect_errno(balloon_take(1), -XEN_ENOSPC);
}

static void test_publish(void)
{
    expect_ok(p2m_publish());
    expect_equal(shared_page.arch.max_pfn, p2m_size);

    const uint32_t *top = window_open(WINDOW_FREE, shared_page.arch.pfn_to_mfn_frame_list_list, false);
    expect(top != NULL);
    const uint32_t *list = window_open(WINDOW_FREE + 1, top[0], false);
    expect(list != NULL);
    const uint32_t *part = window_open(WINDOW_FREE + 2, list[2], false);
    expect(part != NULL);
    expect_equal(memcmp(part, p2m_list + 2048, PAGE_BYTES), 0);
    for (unsigned int slot = WINDOW_FREE; slot < WINDOW_FREE + 3; slot++) {
        window_close(slot);
    }
}

static void test_heap(void)
{
    char *blocks[32];
    uint32_t seed = 1;

    for (unsigned int i = 0; i < 32; i++) {
        blocks[i] = heap_alloc(i * 100 + 1);
        expect(blocks[i] && (uint32_t)blocks[i] % 16 == 0);
        memset(blocks[i], (int)i, i * 100 + 1);
    }
    for (unsigned int round = 0; round < 1000; round++) {
        seed = seed * 1664525 + 1013904223;
        unsigned int i = seed >> 27;
        heap_free(blocks[i]);
        blocks[i] = heap_alloc(i * 100 + 1);
        memset(blocks[i], (int)i, i * 100 + 1);
    }
    uint32_t wrong = 0;
    for (unsigned int i = 0; i < 32; i++) {
        for (unsigned int at = 0; at < i * 100 + 1; at++) {
            wrong += blocks[i][at] != (char)i;
        }
        heap_free(blocks[i]);
    }
    expect_equal(wrong, 0);
    /* Everything was joined again: a block as large as all of them needs no new memory. */
    uint32_t free_before = frames_free_count();
    void *large = heap_alloc(50000);
    expect(large != NULL);
    expect_equal(frames_free_count(), free_before);
    heap_free(large);
    expect(heap_alloc(0xfffffff0) == NULL);
}

GUEST_TEST("balloon, published lists and heap")
{
    expect_ok(frames_init(boot_info));
    test_balloon();
    test_publish();
    test_heap();
}
