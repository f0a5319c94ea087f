/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: keep using a translation after its page-table entry is gone. The guest fills the TLB with a
 * writable translation, changes the entry without asking for a flush (that is its right), and then turns
 * the frame into a page table, a descriptor page, or gives it back. The processor still has the old translation.
 *
 * WHAT WOULD GO WRONG: the types say that nobody can write to the new page table, and the TLB says otherwise: the next
 * store goes straight into it. For a frame given back, the store goes into its next owner's memory.
 *
 * WHAT STOPS IT: rule T8: before a frame is used as another type than before, or changes owner, no processor holds a
 * translation from its earlier use. The frame remembers when it lost its type, and the flush happens only if none has
 * happened since.
 *
 * HOW THE TEST KNOWS: the store faults and the new table keeps its zeros. The frame that was given back is asked for
 * again, and then the store of before faults.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define TRIES 64 /* frames that may come before the one just given back */

/* Sets an entry without any flush. */
static int set_unflushed(const volatile void *address, pte_t entry)
{
    return hypercall_update_va_mapping((uint32_t)address, entry, UVMF_NONE);
}

/* A store that fills the TLB. */
static void heat(volatile uint32_t *page)
{
    *page = 0;
}

static void test_becomes_table(unsigned int level)
{
    uint32_t *page = pages_alloc(1);
    uint32_t mfn = address_to_mfn(page);

    expect_ok(frame_clear(mfn));
    heat(page);
    expect_ok(set_unflushed(page, pte_make(mfn, PTE_READ)));
    expect_ok(table_pin(mfn, level));
    /* Of an entry that the trapped-writes assist, where it is on, refuses too. */
    expect_fault(probe_write(page, (uint32_t)pte_make(page_root_mfn, PTE_DATA)), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    expect_equal(table_entry(mfn, 0), 0);
    expect_ok(table_unpin(mfn));
    expect_ok(table_free(mfn));
    pages_free(page, 1);
}

static void test_becomes_descriptors(void)
{
    uint32_t *page = pages_alloc(1);
    uint32_t mfn = address_to_mfn(page);

    expect_ok(frame_clear(mfn));
    heat(page);
    expect_ok(set_unflushed(page, pte_make(mfn, PTE_READ)));
    expect_ok(hypercall_set_gdt(&mfn, 512));
    expect_fault(probe_write(page + 2, 0xffff), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_equal(page[2], 0);
    expect_ok(hypercall_set_gdt(&mfn, 0));
    expect_ok(table_free(mfn));
    pages_free(page, 1);
}

/* The other way round: the processor walks a table that has become memory again. */
static void test_was_table(void)
{
    volatile uint32_t *there = (uint32_t *)0x80000000;
    uint32_t l2 = table_alloc(), l1 = table_alloc();
    uint32_t *page = pages_alloc(1);
    pte_t *l1_view = pfn_to_address(mfn_to_pfn(l1));

    page[0] = 0x600d;
    expect_ok(table_pin(l2, 2));
    expect_ok(table_write(table_entry_machine(page_root_mfn, 2), pte_make(l2, PTE_L3)));
    expect_ok(table_pin(l1, 1));
    expect_ok(table_write(table_entry_machine(l2, 0), pte_make(l1, PTE_TABLE)));
    expect_ok(table_write(table_entry_machine(l1, 0), pte_make(address_to_mfn(page), PTE_DATA)));
    expect_equal(*there, 0x600d);
    expect_ok(table_write(table_entry_machine(l2, 0), 0));
    expect_ok(table_unpin(l1));
    /* No flush so far but the hypervisor's own. Now the table is ours to write, and what it says must not count. */
    expect_ok(page_set(l1_view, pte_make(l1, PTE_DATA)));
    l1_view[0] = pte_make(0, PTE_DATA);
    l1_view[1] = pte_make(0, PTE_DATA);
    expect_fault(probe_read(there), TRAP_PAGE_FAULT, 0);
    expect_fault(probe_read(there + 1024), TRAP_PAGE_FAULT, 0);
    expect_ok(table_write(table_entry_machine(page_root_mfn, 2), 0));
    expect_ok(table_unpin(l2));
    expect_ok(table_free(l2));
    pages_free(page, 1);
}

/* A frame given back may be stored to until somebody else has it: the reference waits as long, too. */
static void test_given_back(void)
{
    uint32_t *page = pages_alloc(1), *window = pages_alloc(1);
    uint32_t mfn = address_to_mfn(page), window_mfn = address_to_mfn(window), again = P2M_NONE;
    xen_memory_reservation_t back = {.extent_start = hypercall_address(&mfn),
                                     .nr_extents = 1,
                                     .domid = DOMID_SELF};
    xen_memory_reservation_t more = {.extent_start = hypercall_address(&again),
                                     .nr_extents = 1,
                                     .domid = DOMID_SELF};

    heat(page);
    expect_ok(set_unflushed(page, 0));
    expect_equal(memory_op_decrease_reservation(&back), 1);
    expect_map_refused(page, pte_make(mfn, PTE_READ), -XEN_EBUSY, REASON_frame_free);
    for (unsigned int tries = 0; again != mfn && tries < TRIES; tries++) {
        expect_equal(memory_op_increase_reservation(&more), 1);
    }
    expect_equal(again, mfn);
    expect_fault(probe_write(page, 0xbad), TRAP_PAGE_FAULT, FAULT_WRITE);
    /* It comes back empty, and for all the hypervisor knows to somebody else. */
    expect_ok(page_set(window, pte_make(mfn, PTE_READ)));
    expect_equal(window[0], 0);
    expect_ok(page_set(window, pte_make(window_mfn, PTE_DATA)));
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
    expect_ok(table_update((uint64_t)mfn << 12, MMU_MACHPHYS_UPDATE, address_to_pfn(page)));
}

GUEST_TEST("no translation outlives its frame's use")
{
    expect_ok(frames_init(boot_info));
    test_becomes_table(1);
    test_becomes_table(2);
    test_becomes_descriptors();
    test_was_table();
    test_given_back();
}
