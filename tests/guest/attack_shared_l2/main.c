/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: misuse the one L2 that holds the hypervisor's slots (the machine-to-physical table at 0xF5800000): name it
 * from a second root, from another slot of its own root, from an L2; take it out of a live root; write its
 * hypervisor slots; use a root that has none.
 *
 * WHAT WOULD GO WRONG: in another slot its hypervisor entries appear below 0xF5800000, where the guest may write entries,
 * and entries of its own appear above, where the hypervisor trusts what it finds. A root without it leaves the
 * hypervisor's part to the guest.
 *
 * WHAT STOPS IT: rule T11: slot 3 of a root is present and leads to an L2 of a type of its own, which has one root at
 * most, and the slot does not change in place.
 *
 * HOW THE TEST KNOWS: errno and reason for each; the machine-to-physical table is still there, still read-only, and still
 * tells the truth about our frames.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/spaces.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

/* Where the hypervisor's part begins: always 0xF5800000 on Ringlet, higher on a small machine on the reference. */
static uint32_t hypervisor_start;
static unsigned int first_hypervisor_slot;
static uint32_t target[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static uint32_t new_root(uint32_t slot3)
{
    pte_t *view = pages_alloc(1);

    for (unsigned int i = 0; i < 512; i++) {
        view[i] = 0;
    }
    view[0] = pte_make(pte_mfn(table_entry(page_root_mfn, 0)), PTE_L3);
    view[3] = slot3 == P2M_NONE ? 0 : pte_make(slot3, PTE_L3);
    expect_ok(table_seal(view));
    return address_to_mfn(view);
}

static void test_roots(uint32_t shared)
{
    uint32_t root = new_root(shared);
    expect_pin_refused(root, 3, -XEN_EINVAL, REASON_l2_hypervisor_shared);
    expect_refused(mmu_extended(MMUEXT_NEW_BASEPTR, root, 0), -XEN_EINVAL, REASON_l2_hypervisor_shared);
    expect_ok(table_free(root));

    root = new_root(P2M_NONE);
    expect_pin_refused(root, 3, -XEN_EINVAL, REASON_l3_slot_3_missing);
    expect_refused(mmu_extended(MMUEXT_NEW_BASEPTR, root, 0), -XEN_EINVAL, REASON_l3_slot_3_missing);
    expect_ok(table_free(root));

    /* An ordinary L2, in use as one, does not do for slot 3. */
    root = new_root(pte_mfn(table_entry(page_root_mfn, 0)));
    expect_pin_refused(root, 3, -XEN_EINVAL, REASON_frame_type_conflict);
    expect_ok(table_free(root));
}

static void test_slots(uint32_t shared)
{
    uint32_t l1 = page_table(target, 1);

    expect_entry_refused(page_root_mfn, 2, pte_make(shared, PTE_L3), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_entry_refused(page_root_mfn, 3, 0, -XEN_EINVAL, REASON_l3_slot_3_fixed);
    expect_entry_refused(page_root_mfn, 3, pte_make(shared, PTE_L3), -XEN_EINVAL, REASON_l3_slot_3_fixed);
    for (unsigned int slot = first_hypervisor_slot; slot < 512; slot++) {
        expect_entry_refused(shared, slot, pte_make(l1, PTE_TABLE), -XEN_EPERM, REASON_pte_hypervisor_slot);
        expect_entry_refused(shared, slot, 0, -XEN_EPERM, REASON_pte_hypervisor_slot);
    }
    expect_refused(table_pin(shared, 2), -XEN_EINVAL, REASON_frame_type_conflict);
    expect_map_refused(target, pte_make(shared, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
}

/* What a kernel leaves in the hypervisor's slots of a page that becomes the special L2 must not be there afterwards. */
static void test_left_behind(void)
{
    static struct space space;

    expect_ok(space_create(&space, 7));
    uint32_t l2 = space.l2_slot3;
    pte_t *view = pfn_to_address(mfn_to_pfn(l2));
    pte_t stray = pte_make(page_table(target, 1), PTE_TABLE);
    expect_ok(table_unpin(space.root_mfn));
    if (!page_set(view, pte_make(l2, PTE_DATA))) {
        for (unsigned int slot = first_hypervisor_slot; slot < 512; slot++) {
            view[slot] = stray;
        }
        expect_ok(page_set(view, pte_make(l2, PTE_READ)));
    } else {
        expect(false, "the old L2 could not be mapped writable");
    }
    expect_ok(table_pin(space.root_mfn, 3));
    unsigned int left = 0;
    for (unsigned int slot = first_hypervisor_slot; slot < 512; slot++) {
        left += pte_mfn(table_entry(l2, slot)) == pte_mfn(stray);
    }
    expect_equal(left, 0);
    expect_ok(space_switch(&space));
    expect_equal(mfn_to_pfn(address_to_mfn(target)), address_to_pfn(target));
    expect_fault(probe_write((void *)hypervisor_start, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_ok(space_switch(&space_kernel));
    expect_ok(space_destroy(&space));
}

GUEST_TEST("the L2 with the hypervisor's slots has one place")
{
    expect_ok(frames_init(boot_info));
    spaces_init();
    uint32_t shared = pte_mfn(table_entry(page_root_mfn, 3));
    xen_platform_parameters_t parameters;

    expect_ok(xen_version_platform_parameters(&parameters));
    hypervisor_start = parameters.virt_start;
    first_hypervisor_slot = page_index((void *)hypervisor_start, 2);

    test_roots(shared);
    test_slots(shared);
    test_left_behind();
    expect_equal(mfn_to_pfn(address_to_mfn(target)), address_to_pfn(target));
    expect_fault(probe_write((void *)hypervisor_start, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
}
