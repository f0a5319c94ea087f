/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: have one frame be two things at once: an L1 table that is also an L2, a root that is also an L1, a page
 * table that is also a descriptor page, and every one of them also memory that the hypervisor fills on request.
 *
 * WHAT WOULD GO WRONG: entries are checked for what their level means. An L1 entry may name any frame of ours, read-only;
 * the same bits in an L2 would make that frame a page table nobody looked at. With an unchecked page table
 * the guest maps all of the machine, the hypervisor included.
 *
 * WHAT STOPS IT: rule T1 of page types: a frame has one type, and it changes only while nobody uses the frame as the
 * old one (page_types.c, frame_get_type()).
 *
 * HOW THE TEST KNOWS: each second use gets -EINVAL and names the conflict; the first use goes on; and once it has
 * ended the same frame may take the other type, so it was the use that stood in the way.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static void refuse_all_but(uint32_t table, unsigned int level)
{
    static uint32_t source[PAGE_BYTES / 4] __attribute__((aligned(4096)));

    for (unsigned int other = 1; other <= 3; other++) {
        if (other != level) {
            expect_pin_refused(table, other, -XEN_EINVAL, REASON_frame_type_conflict);
        }
    }
    expect_refused(hypercall_set_gdt(&table, 512), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_refused(frame_clear(table), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_refused(mmu_extended(MMUEXT_COPY_PAGE, table, address_to_mfn(source)), -XEN_EINVAL,
                   REASON_frame_type_conflict);
    expect_refused(hypercall_update_descriptor((uint64_t)table << 12, 0), -XEN_EINVAL,
                   REASON_descriptor_not_in_page);
}

static void test_tables(void)
{
    for (unsigned int level = 1; level <= 2; level++) {
        uint32_t table = table_alloc();
        expect_ok(table_pin(table, level));
        refuse_all_but(table, level);
        expect_ok(table_unpin(table));
        expect_ok(table_pin(table, 3 - level));
        expect_ok(table_unpin(table));
        expect_ok(table_free(table));
    }
    refuse_all_but(page_root_mfn, 3);
}

static void test_memory(void)
{
    uint32_t *page = pages_alloc(1);

    page[0] = 0x5ec0;
    for (unsigned int level = 1; level <= 3; level++) {
        expect_pin_refused(address_to_mfn(page), level, -XEN_EINVAL, REASON_frame_type_conflict);
    }
    uint32_t frame = address_to_mfn(page);
    expect_refused(hypercall_set_gdt(&frame, 512), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_no_fault(probe_write(page + 1, 1));
    expect_equal(page[0], 0x5ec0);
    pages_free(page, 1);
}

/* A descriptor page that tries to become a table, or writable, while the GDT lives in it. */
static void test_descriptors(void)
{
    uint32_t frame = table_alloc();
    void *view = pfn_to_address(mfn_to_pfn(frame));

    expect_ok(hypercall_set_gdt(&frame, 512));
    for (unsigned int level = 1; level <= 3; level++) {
        expect_pin_refused(frame, level, -XEN_EINVAL, REASON_frame_type_conflict);
    }
    expect_map_refused(view, pte_make(frame, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    expect_refused(frame_clear(frame), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_ok(hypercall_set_gdt(&frame, 0));
    expect_ok(table_pin(frame, 1));
    expect_ok(table_unpin(frame));
    expect_ok(table_free(frame));
}

GUEST_TEST("a frame is one thing at a time")
{
    expect_ok(frames_init(boot_info));
    test_tables();
    test_memory();
    test_descriptors();
}
