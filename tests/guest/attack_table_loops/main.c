/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: page tables that lead back to themselves. An L2 as an L1 of another L2, of itself, writable; chains
 * of such entries; a root in the place of an L2; an L1 in the place of a root's L2; two L2s that name each other.
 *
 * WHAT WOULD GO WRONG: with a loop a walk that should end at a page ends at a page table, seen as ordinary memory. If
 * any link is writable, so is the table. And reference counts that hold each other up never fall to zero, so a domain
 * that dies keeps its memory for ever; a teardown that follows the loop never ends.
 *
 * WHAT STOPS IT: rule T4, each level names the one below; the one exception is T12: an L2 entry may name an L2,
 * read-only, one step deep (linear page tables, which old kernels read their tables by).
 *
 * HOW THE TEST KNOWS: each forbidden link has its errno and reason; the one allowed shows the table's own entries, and a
 * store through it faults.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/test.h>

#define LINEAR ((pte_t *)0x80000000) /* slot 2, whose L2 is ours to fill */

static uint32_t a, b, c;

static uint64_t link(uint32_t in, unsigned int index)
{
    return table_entry_machine(in, index);
}

static void test_own_loop(void)
{
    expect_entry_refused(a, 0, pte_make(a, PTE_TABLE), -XEN_EINVAL, REASON_linear_table_writable);
    expect_ok(table_write(link(a, 0), pte_make(a, PTE_READ)));
    expect_ok(tlb_flush());
    expect_equal(pte_mfn(LINEAR[0]), a);
    expect_fault(probe_write(LINEAR, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    /* The loop seen twice: the L2 as an L1, whose first page is the L2. It stays what it is: read-only. */
    expect_entry_refused(a, 0, pte_make(a, PTE_READ | PTE_WRITE), -XEN_EINVAL, REASON_linear_table_writable);
    expect_ok(table_write(link(a, 0), 0));
}

static void test_chains(void)
{
    expect_entry_refused(a, 1, pte_make(b, PTE_TABLE), -XEN_EINVAL, REASON_linear_table_writable);
    expect_ok(table_write(link(a, 1), pte_make(b, PTE_READ)));
    /* b is named by a linear entry, so it may hold none; a holds one, so none may name it. */
    expect_entry_refused(b, 1, pte_make(c, PTE_READ), -XEN_EINVAL, REASON_linear_table_depth);
    expect_entry_refused(b, 1, pte_make(a, PTE_READ), -XEN_EINVAL, REASON_linear_table_depth);
    expect_entry_refused(c, 1, pte_make(a, PTE_READ), -XEN_EINVAL, REASON_linear_table_depth);
    expect_ok(table_write(link(c, 1), pte_make(b, PTE_READ)));
    expect_ok(table_write(link(c, 1), 0));
    expect_ok(table_write(link(a, 1), 0));
    expect_ok(table_write(link(b, 1), pte_make(a, PTE_READ)));
    expect_ok(table_write(link(b, 1), 0));
}

static void test_wrong_level(void)
{
    uint32_t l1 = table_alloc();

    expect_ok(table_pin(l1, 1));
    expect_entry_refused(a, 2, pte_make(page_root_mfn, PTE_READ), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_entry_refused(page_root_mfn, 1, pte_make(page_root_mfn, PTE_L3), -XEN_EINVAL,
                         REASON_frame_type_conflict);
    expect_entry_refused(page_root_mfn, 1, pte_make(l1, PTE_L3), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_refused(mmu_extended(MMUEXT_NEW_BASEPTR, l1, 0), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_refused(mmu_extended(MMUEXT_NEW_BASEPTR, a, 0), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_ok(table_unpin(l1));
    expect_ok(table_free(l1));
}

/* A page that would be the L1 of its own L2 entry, and the L2 of its own L1: nothing is pinned beforehand. */
static void test_unborn_loop(void)
{
    pte_t *table = pages_alloc(1);
    uint32_t mfn = address_to_mfn(table);

    for (unsigned int i = 0; i < 512; i++) {
        table[i] = 0;
    }
    table[3] = pte_make(mfn, PTE_TABLE);
    expect_ok(table_seal(table));
    expect_pin_refused(mfn, 2, -XEN_EINVAL, REASON_linear_table_writable);
    expect_pin_refused(mfn, 1, -XEN_EBUSY, REASON_frame_type_conflict);
    expect_ok(table_free(mfn));
    pages_free(table, 1);
}

GUEST_TEST("page tables do not form loops")
{
    expect_ok(frames_init(boot_info));
    a = table_alloc();
    b = table_alloc();
    c = table_alloc();
    expect_ok(table_pin(a, 2));
    expect_ok(table_pin(b, 2));
    expect_ok(table_pin(c, 2));
    expect_ok(table_write(link(page_root_mfn, 2), pte_make(a, PTE_L3)));
    test_own_loop();
    test_chains();
    test_wrong_level();
    test_unborn_loop();
    /* With the links gone the counts are back: all of it can be torn down and be memory again. */
    expect_ok(table_write(link(page_root_mfn, 2), 0));
    expect_ok(table_unpin(a));
    expect_ok(table_unpin(b));
    expect_ok(table_unpin(c));
    expect_ok(table_free(a));
    expect_ok(table_free(b));
    expect_ok(table_free(c));
}
