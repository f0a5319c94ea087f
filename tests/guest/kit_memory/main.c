/* SPDX-License-Identifier: MIT */
/*
 * run-memory: 256 6144
 *
 * The kit's frames and address spaces: the linear map grows, frames beyond it are reached through windows, and
 * spaces share what they should and nothing else.
 */
#include <guestkit/frames.h>
#include <guestkit/spaces.h>
#include <guestkit/string.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define KERNEL_WINDOW ((uint32_t *)0xf4000000)
#define PRIVATE ((uint32_t *)0x80001000)

static void test_pages(void)
{
    uint32_t before = p2m_identity;
    uint32_t free_before = frames_free_count();
    /* More than the boot region maps, so that the linear map has to grow over several tables. */
    uint32_t count = before + 3000;
    uint32_t *pages = pages_alloc(count);

    expect(pages != NULL);
    expect(p2m_identity > before, "linear map still ends at %u", p2m_identity);
    for (uint32_t i = 0; i < count; i++) {
        pages[i * 1024] = i ^ 0x5a5a;
    }
    uint32_t wrong = 0;
    for (uint32_t i = 0; i < count; i++) {
        wrong += pages[i * 1024] != (i ^ 0x5a5a);
    }
    expect_equal(wrong, 0);
    pages_free(pages, count);
    expect(frames_free_count() <= free_before && frames_free_count() + 16 > free_before,
           "%u free before, %u after: only the new tables are gone", free_before, frames_free_count());
    expect(pages_alloc(p2m_size + 1) == NULL);
}

static void test_far_frame(void)
{
    uint32_t pfn = frame_alloc();
    expect(pfn != P2M_NONE);
    expect(!p2m_is_linear(pfn), "pfn %x", pfn);
    uint32_t *view = window_open(WINDOW_FREE, pfn_to_mfn(pfn), true);
    expect(view != NULL);
    view[0] = 0x12345678;
    window_close(WINDOW_FREE);
    expect_fault(probe_read(view), TRAP_PAGE_FAULT, 0);
    view = window_open(WINDOW_FREE + 1, pfn_to_mfn(pfn), false);
    expect_equal(view[0], 0x12345678);
    expect_fault(probe_write(view, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    window_close(WINDOW_FREE + 1);
    frame_free(pfn);
}

static void test_tables(void)
{
    uint32_t table = table_alloc();
    expect(table != P2M_NONE);
    void *view = pfn_to_address(mfn_to_pfn(table));
    expect_ok(table_pin(table, 1));
    expect_errno(page_protect(view, PTE_DATA), -XEN_EBUSY);
    expect_ok(table_unpin(table));
    expect_ok(table_free(table));
    expect_no_fault(probe_write(view, 0));
}

static void test_spaces(void)
{
    static struct space one, two;
    uint32_t pfn_one = frame_alloc();
    uint32_t pfn_two = frame_alloc();

    uint32_t free_before = frames_free_count();
    unsigned int kernel_slot = (uint32_t)pfn_to_address(0) >> 30;
    expect_ok(space_create(&one, 1u << kernel_slot));
    expect_ok(space_create(&two, 1u << kernel_slot));
    expect_ok(space_map(&one, PRIVATE, pte_make(pfn_to_mfn(pfn_one), PTE_DATA)));
    expect_ok(space_map(&two, PRIVATE, pte_make(pfn_to_mfn(pfn_two), PTE_DATA)));
    expect_fault(probe_read(PRIVATE), TRAP_PAGE_FAULT, 0);

    expect_ok(space_switch(&one));
    *PRIVATE = 1;
    expect_ok(space_switch(&two));
    *PRIVATE = 2;
    expect_errno(space_destroy(&two), -XEN_EBUSY);

    /* The linear map grows in every space, whichever is the current one. */
    uint32_t grown_pages = p2m_identity + 1;
    uint32_t *grown = pages_alloc(grown_pages);
    expect(grown != NULL);
    grown[(grown_pages - 1) * 1024] = 0x600d;
    grown[0] = 0x5eed;
    expect_ok(space_switch(&one));
    expect_equal(grown[(grown_pages - 1) * 1024], 0x600d);
    expect_equal(grown[0], 0x5eed);
    expect_ok(space_switch(&two));

    /* A kernel mapping made while another space runs is there in all of them. */
    expect_ok(space_map(&two, KERNEL_WINDOW, pte_make(pfn_to_mfn(pfn_one), PTE_DATA)));
    expect_equal(*KERNEL_WINDOW, 1);
    expect_ok(space_switch(&one));
    expect_equal(*PRIVATE, 1);
    expect_equal(*KERNEL_WINDOW, 1);
    expect_ok(space_switch(&space_kernel));
    expect_equal(*KERNEL_WINDOW, 1);
    expect_fault(probe_read(PRIVATE), TRAP_PAGE_FAULT, 0);

    expect_ok(space_map(&space_kernel, KERNEL_WINDOW, 0));
    expect_ok(tlb_flush_page(KERNEL_WINDOW));
    expect_fault(probe_read(KERNEL_WINDOW), TRAP_PAGE_FAULT, 0);
    expect_ok(space_destroy(&one));
    expect_ok(space_destroy(&two));
    pages_free(grown, grown_pages);
    expect(frames_free_count() <= free_before && frames_free_count() + 64 > free_before,
           "%u free before, %u after: the kernel's new tables are all that is gone", free_before,
           frames_free_count());
    frame_free(pfn_one);
    frame_free(pfn_two);
}

GUEST_TEST("frames and address spaces")
{
    expect_ok(frames_init(boot_info));
    spaces_init();
    test_pages();
    test_far_frame();
    test_tables();
    test_spaces();
}
