/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: get a writable view of a page table in use. Straight, by a mapping of the table; by a table that is
 * born with a writable entry for itself or for another table; by an entry that was there before the table became
 * one; and by loading the segment of the write from ring 1, which paging takes for the supervisor.
 *
 * WHAT WOULD GO WRONG: who can store eight bytes into a page table maps whatever frame he likes, the hypervisor's code
 * included. This one hole is all there is to an escape.
 *
 * WHAT STOPS IT: rule T2 of page types: a writable mapping is a use of its frame as `writable`, which by T1
 * cannot be while the frame is a table, nor the other way round. CR0.WP makes the read-only mapping hold for ring 1.
 *
 * HOW THE TEST KNOWS: each way is refused with its errno, entries stay as they were, the store through the read-only view
 * faults, and a table's content is the same afterwards.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/test.h>

static uint32_t spare[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static void test_mapping(uint32_t table)
{
    uint64_t *view = pfn_to_address(mfn_to_pfn(table));
    uint32_t before = (uint32_t)view[0];

    expect_map_refused(view, pte_make(table, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    expect_map_refused(spare, pte_make(table, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    /* The store is of an entry that maps the table writable: what the trapped-writes assist would refuse as well. */
    expect_fault(probe_write(view, (uint32_t)pte_make(table, PTE_DATA)), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    expect_equal((uint32_t)view[0], before);
}

/* A table whose entries would give write access to a table: to itself, and to another. */
static void test_born_so(uint32_t other)
{
    pte_t *table = pages_alloc(1);
    uint32_t mfn = address_to_mfn(table);

    for (unsigned int i = 0; i < 512; i++) {
        table[i] = 0;
    }
    table[511] = pte_make(mfn, PTE_DATA);
    expect_ok(table_seal(table));
    expect_pin_refused(mfn, 1, -XEN_EBUSY, REASON_frame_type_conflict);
    expect_ok(table_free(mfn));
    table[511] = pte_make(other, PTE_DATA);
    expect_ok(table_seal(table));
    expect_pin_refused(mfn, 1, -XEN_EBUSY, REASON_frame_type_conflict);
    expect_ok(table_free(mfn));
    /* Not pinned and so no table, it is memory again. */
    expect_no_fault(probe_write(table, 0));
    table[511] = pte_make(other, PTE_READ);
    expect_ok(table_seal(table));
    expect_ok(table_pin(mfn, 1));
    expect_entry_refused(mfn, 511, pte_make(other, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    expect_entry_refused(mfn, 0, pte_make(mfn, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    expect_ok(table_unpin(mfn));
    expect_ok(table_free(mfn));
}

/* The writable mapping comes first and the table second. */
static void test_mapped_before(void)
{
    uint32_t table = table_alloc();

    expect_ok(page_set(spare, pte_make(table, PTE_DATA)));
    expect_pin_refused(table, 1, -XEN_EINVAL, REASON_frame_type_conflict);
    expect_ok(page_set(spare, pte_make(table, PTE_READ)));
    expect_ok(table_pin(table, 1));
    expect_fault(probe_write(spare, (uint32_t)pte_make(table, PTE_DATA)), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    expect_ok(page_set(spare, 0));
    expect_ok(table_unpin(table));
    expect_ok(table_free(table));
}

GUEST_TEST("no page table is writable")
{
    expect_ok(frames_init(boot_info));
    uint32_t spare_mfn = address_to_mfn(spare);
    uint32_t table = table_alloc();

    expect_ok(table_pin(table, 1));
    test_mapping(table);
    test_mapping(page_table(spare, 1));
    test_mapping(page_table(spare, 2));
    test_mapping(page_root_mfn);
    test_born_so(table);
    expect_ok(table_unpin(table));
    expect_ok(table_free(table));
    test_mapped_before();
    expect_ok(page_set(spare, pte_make(spare_mfn, PTE_DATA)));
}
