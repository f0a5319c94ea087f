/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: set the page-size bit in an L2 entry, so that one entry maps 2 MiB: in a live table, in one that is about
 * to be pinned, and with the low frame bits filled so that the region looks misaligned.
 *
 * WHAT WOULD GO WRONG: an entry is checked for the frame it names. A large page maps 512 of them, of which 511
 * nobody looked at: other domains' memory, page tables, the hypervisor, all of it writable.
 *
 * WHAT STOPS IT: rule T9: the page-size bit is refused in L2 entries. A guest's XENFEAT flags promise it no superpages.
 * In an L1 the same bit is PAT and maps 4 KiB, so it must not be taken for a size there.
 *
 * HOW THE TEST KNOWS: -EINVAL and the reason; the entry is not there; the addresses stay unmapped.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/test.h>

#define UNUSED ((uint32_t *)0x80000000) /* slot 2: nothing is mapped there */
#define FIRST_2M 0x200                  /* a frame number that is a multiple of 512 */

static void test_live(void)
{
    uint32_t l2 = page_table(pfn_to_address(0), 2);

    expect_entry_refused(l2, 400, pte_make(FIRST_2M, PTE_DATA | PTE_LARGE), -XEN_EINVAL, REASON_l2_superpage);
    expect_entry_refused(l2, 400, pte_make(FIRST_2M + 1, PTE_DATA | PTE_LARGE | PTE_USER), -XEN_EINVAL,
                         REASON_l2_superpage);
    /* The entry that maps this code, turned large in place. */
    unsigned int own = page_index(test_live, 2);
    expect_entry_refused(l2, own, table_entry(l2, own) | PTE_LARGE, -XEN_EINVAL, REASON_l2_superpage);
    expect_fault(probe_read((void *)((400u << 21))), TRAP_PAGE_FAULT, 0);
}

static void test_pinned(void)
{
    pte_t *table = pages_alloc(1);
    uint32_t mfn = address_to_mfn(table);
    pte_t slot_before = table_entry(page_root_mfn, 2);

    for (unsigned int i = 0; i < 512; i++) {
        table[i] = 0;
    }
    table[7] = pte_make(FIRST_2M, PTE_DATA | PTE_LARGE);
    expect_ok(table_seal(table));
    expect_pin_refused(mfn, 2, -XEN_EINVAL, REASON_l2_superpage);
    expect_errno(table_write(table_entry_machine(page_root_mfn, 2), pte_make(mfn, PTE_L3)), -XEN_EINVAL);
    expect_reason(REASON_l2_superpage);
    expect_equal(table_entry(page_root_mfn, 2) & ~PTE_ACCESSED, slot_before & ~PTE_ACCESSED);
    expect_fault(probe_read(UNUSED), TRAP_PAGE_FAULT, 0);
    expect_ok(table_free(mfn));
    table[7] = 0;
    expect_ok(table_seal(table));
    expect_ok(table_pin(mfn, 2));
    expect_entry_refused(mfn, 7, pte_make(FIRST_2M, PTE_DATA | PTE_LARGE), -XEN_EINVAL, REASON_l2_superpage);
    expect_ok(table_unpin(mfn));
    expect_ok(table_free(mfn));
}

GUEST_TEST("no large pages")
{
    expect_ok(frames_init(boot_info));
    test_live();
    test_pinned();
}
