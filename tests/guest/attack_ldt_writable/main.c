/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: let the hypervisor check a page of descriptors as an LDT, use it, and then make the page writable and put a
 * descriptor of one's own into it, while the processor still has the LDT.
 *
 * WHAT WOULD GO WRONG: a descriptor nobody checked: 64-bit code of DPL 1, or a call gate to ring 0.
 *
 * WHAT STOPS IT: rule T1: while the page is in use as an LDT it cannot be mapped writable. When the guest takes its mapping
 * of the page away, the page leaves the LDT as well, and it comes back only after a new check.
 *
 * HOW THE TEST KNOWS: the writable mapping is refused while the LDT is in use; after the detour by way of no mapping the page
 * is writable and the selector no longer loads; made read-only with a bad descriptor in it, it still does not.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/test.h>

#define LONG_CODE (0x00af9b000000ffffull | DESCRIPTOR_DPL(1))

GUEST_TEST("an LDT page that turns writable")
{
    static const uint64_t good[] = {0, DESCRIPTOR_DATA | DESCRIPTOR_DPL(1)};

    expect_ok(frames_init(boot_info));
    uint32_t page = descriptors_page(good, 2);
    uint64_t *view = pfn_to_address(mfn_to_pfn(page));

    expect_ok(mmu_extended(MMUEXT_SET_LDT, (uint32_t)view, 512));
    expect_no_fault(probe_load_es(LDT_SELECTOR(1, 1)));
    expect_map_refused(view, pte_make(page, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    expect_no_fault(probe_load_es(LDT_SELECTOR(1, 1)));
    expect_fault(probe_write(view + 1, 0xffff), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);

    if (!on_ringlet()) { /* the reference keeps the page an LDT page until the next SET_LDT */
        expect_ok(mmu_extended(MMUEXT_SET_LDT, 0, 0));
    }
    expect_ok(page_set(view, 0));
    expect_ok(page_set(view, pte_make(page, PTE_DATA)));
    if (!on_ringlet()) {
        expect_ok(mmu_extended(MMUEXT_SET_LDT, (uint32_t)view, 512));
    }
    view[1] = LONG_CODE;
    struct fault got = probe_load_es(LDT_SELECTOR(1, 1));
    expect(got.vector == TRAP_PROTECTION || got.vector == TRAP_PAGE_FAULT, "vector %u", got.vector);
    expect_ok(page_set(view, pte_make(page, PTE_READ)));
    got = probe_load_es(LDT_SELECTOR(1, 1));
    expect(got.vector == TRAP_PROTECTION || got.vector == TRAP_PAGE_FAULT, "vector %u", got.vector);
    expect(view[1] == LONG_CODE, "the page was changed, not refused");

    expect_ok(page_set(view, pte_make(page, PTE_DATA)));
    view[1] = good[1];
    expect_ok(page_set(view, pte_make(page, PTE_READ)));
    expect_no_fault(probe_load_es(LDT_SELECTOR(1, 1)));
    expect_ok(mmu_extended(MMUEXT_SET_LDT, 0, 0));
    expect_ok(table_free(page));
}
