// SPDX-License-Identifier: MIT
/* Linear page tables: a window through which a kernel reads all its L1 entries, and what such a window cannot be. */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define SLOT_0 400u /* four slots of the fourth L2: 8 MiB of entries at 0xf2000000 */
#define WINDOW ((volatile uint64_t *)0xf2000000)

static uint32_t l2[4];

static int link_slot(uint32_t table, unsigned int slot, pte_t entry)
{
    return table_write(table_entry_machine(table, slot), entry);
}

/* A slot that has no L2 gets an empty one. */
static uint32_t l2_for(unsigned int slot)
{
    pte_t entry = table_entry(page_root_mfn, slot);

    if (!(entry & PTE_PRESENT)) {
        uint32_t table = table_alloc();

        expect_ok(table_write(table_entry_machine(page_root_mfn, slot), pte_make(table, PTE_L3)));
        return table;
    }
    return pte_mfn(entry);
}

static void test_window(void)
{
    static volatile uint32_t variable;
    uint32_t address = (uint32_t)&variable;

    for (unsigned int i = 0; i < 4; i++)
        expect_ok(link_slot(l2[3], SLOT_0 + i, pte_make(l2[i], PTE_READ)));
    expect_ok(tlb_flush());
    expect_equal(WINDOW[address >> 12] & PTE_FRAME_MASK, page_entry(&variable) & PTE_FRAME_MASK);
    /* The window shows its own tables too: there an L2 stands for an L1. */
    expect_equal(pte_mfn(WINDOW[(uint32_t)WINDOW >> 12]), pte_mfn(table_entry(l2[0], 0)));
    expect_equal(pte_mfn(WINDOW[((uint32_t)WINDOW >> 12) + 3 * 512 + SLOT_0]), l2[0]);
    expect_fault(probe_write((uint32_t *)&WINDOW[address >> 12], 0), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    /* An address in the window has an L2 for a table: not what update_va_mapping changes. */
    expect_errno(hypercall_update_va_mapping((uint32_t)WINDOW, 0, 0), -XEN_EINVAL);
    expect_reason(REASON_ptr_not_a_table);
    for (unsigned int i = 0; i < 4; i++)
        expect_ok(link_slot(l2[3], SLOT_0 + i, 0));
    expect_ok(tlb_flush());
    expect_fault(probe_read((uint32_t *)WINDOW), TRAP_PAGE_FAULT, 0);
}

static void test_limits(void)
{
    expect_errno(link_slot(l2[3], SLOT_0, pte_make(l2[3], PTE_DATA)), -XEN_EINVAL);
    expect_reason(REASON_linear_table_writable);
    expect_errno(link_slot(l2[3], SLOT_0, pte_make(l2[0], PTE_DATA)), -XEN_EINVAL);
    expect_reason(REASON_linear_table_writable);
    /* A names B, so B must not name C, nor C name A. */
    expect_ok(link_slot(l2[3], SLOT_0, pte_make(l2[1], PTE_READ)));
    expect_errno(link_slot(l2[1], 300, pte_make(l2[2], PTE_READ)), -XEN_EINVAL);
    expect_reason(REASON_linear_table_depth);
    expect_errno(link_slot(l2[2], 300, pte_make(l2[3], PTE_READ)), -XEN_EINVAL);
    expect_reason(REASON_linear_table_depth);
    expect_ok(link_slot(l2[3], SLOT_0, 0));
    expect_ok(link_slot(l2[1], 300, pte_make(l2[2], PTE_READ)));
    expect_ok(link_slot(l2[1], 300, 0));
    /* A root is no linear table for an L2, and an L2 none for a root. */
    expect_errno(link_slot(l2[3], SLOT_0, pte_make(page_root_mfn, PTE_READ)), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    expect_errno(link_slot(page_root_mfn, 2, pte_make(page_root_mfn, PTE_L3)), -XEN_EINVAL);
}

static void test_in_a_new_table(void)
{
    uint64_t *table = pages_alloc(1);
    uint32_t mfn = address_to_mfn(table);

    memset(table, 0, PAGE_BYTES);
    table[3] = pte_make(mfn, PTE_READ);
    table[4] = pte_make(l2[0], PTE_READ);
    expect_ok(table_seal(table));
    expect_ok(table_pin(mfn, 2));
    expect_errno(page_protect(table, PTE_DATA), -XEN_EBUSY);
    expect_ok(table_unpin(mfn));
    expect_ok(page_protect(table, PTE_DATA));
    table[4] = 0;
    table[3] = pte_make(mfn, PTE_DATA);
    expect_ok(table_seal(table));
    expect_errno(table_pin(mfn, 2), -XEN_EINVAL);
    expect_reason(REASON_linear_table_writable);
    expect_ok(page_protect(table, PTE_DATA));
}

GUEST_TEST("linear page tables")
{
    expect_ok(frames_init(boot_info));
    for (unsigned int i = 0; i < 4; i++)
        l2[i] = l2_for(i);
    test_window();
    test_limits();
    test_in_a_new_table();
}
