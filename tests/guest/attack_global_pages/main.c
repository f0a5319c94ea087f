/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: mark translations global. A global translation survives a change of root, which is what a kernel
 * wants for itself, and what a hypervisor must not let happen from one domain to the next; and it survives the flush by
 * which the hypervisor makes sure of rule T8.
 *
 * WHAT WOULD GO WRONG: two ways. The next domain reads the last one's memory at the same address. Or: a global writable
 * translation stays while its frame becomes a page table, and the guest writes the table through it.
 *
 * WHAT STOPS IT: rule 11 of ring-1 isolation: CR4.PGE stays off, so the bit is only a bit, whatever an entry says. It is
 * accepted in L1 entries (kernels set it), refused in L2 entries and roots.
 *
 * HOW THE TEST KNOWS: a global entry is used, then the root is changed and changed back with the entry gone: the address
 * faults. The same for a frame that becomes a table. CR4 as the guest may read it has no PGE, and setting it is not
 * accepted.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/spaces.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define CR4_PGE (1u << 7)
#define GLOBAL_DATA (PTE_DATA | PTE_GLOBAL)

static uint32_t read_cr4(void)
{
    uint32_t value;

    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

static void set_pge(void *argument)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(read_cr4() | CR4_PGE));
}

static void test_other_root(uint32_t *page)
{
    static struct space space;
    uint32_t mfn = address_to_mfn(page);

    expect_ok(space_create(&space, 7));
    expect_ok(page_set(page, pte_make(mfn, GLOBAL_DATA)));
    page[0] = 0x610ba1;
    expect_ok(hypercall_update_va_mapping((uint32_t)page, 0, UVMF_NONE));
    expect_ok(space_switch(&space));
    expect_fault(probe_read(page), TRAP_PAGE_FAULT, 0);
    expect_ok(space_switch(&space_kernel));
    expect_fault(probe_read(page), TRAP_PAGE_FAULT, 0);
    expect_ok(space_destroy(&space));
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
    expect_equal(page[0], 0x610ba1);
}

static void test_becomes_table(uint32_t *page)
{
    uint32_t mfn = address_to_mfn(page);

    expect_ok(frame_clear(mfn));
    expect_ok(page_set(page, pte_make(mfn, GLOBAL_DATA)));
    *(volatile uint32_t *)page = 0;
    expect_ok(hypercall_update_va_mapping((uint32_t)page, pte_make(mfn, PTE_READ | PTE_GLOBAL), UVMF_NONE));
    expect_ok(table_pin(mfn, 1));
    expect_fault(probe_write(page, (uint32_t)pte_make(mfn, PTE_DATA)), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    expect_equal(table_entry(mfn, 0), 0);
    expect_ok(table_unpin(mfn));
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
}

GUEST_TEST("global pages are not")
{
    expect_ok(frames_init(boot_info));
    spaces_init();
    uint32_t *page = pages_alloc(1);

    test_other_root(page);
    test_becomes_table(page);
    uint32_t l1 = page_table(page, 1);
    expect_entry_refused(page_table(page, 2), page_index(page, 2), pte_make(l1, PTE_TABLE | PTE_GLOBAL),
                         -XEN_EINVAL, REASON_pte_reserved_bits);
    expect_equal(read_cr4() & CR4_PGE, 0);
    probe_call(set_pge, NULL);
    expect_equal(read_cr4() & CR4_PGE, 0);
    test_other_root(page);
}
