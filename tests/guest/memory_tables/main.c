// SPDX-License-Identifier: MIT
/* Pins, roots, and entries of L2 and L3 tables: what is accepted, each refusal, and that it changes nothing. */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define L2_HYPERVISOR_SLOT page_index((void *)m2p.v_start, 2)

/* A tree that shares the kernel's L2 where it may: the L2 of slot 3 is its own. */
struct tree {
    uint64_t *root, *l2;
    uint32_t root_mfn, l2_mfn;
};

static uint32_t *page;
static xen_machphys_mapping_t
    m2p; /* where the hypervisor's part starts, with the machine-to-physical table */

static void writable(void *table)
{
    expect_ok(page_protect(table, PTE_DATA));
}

static void read_only(void *table)
{
    expect_ok(page_protect(table, PTE_READ));
}

static void *table_page(void)
{
    void *table = pages_alloc(1);

    memset(table, 0, PAGE_BYTES);
    read_only(table);
    return table;
}

static struct tree tree_make(void)
{
    struct tree t = {.root = pages_alloc(1), .l2 = table_page()};

    t.root_mfn = address_to_mfn(t.root);
    t.l2_mfn = address_to_mfn(t.l2);
    memset(t.root, 0, PAGE_BYTES);
    for (unsigned int i = 0; i < 3; i++)
        t.root[i] = table_entry(page_root_mfn, i) & ~(PTE_USER | PTE_WRITE | PTE_ACCESSED);
    t.root[3] = pte_make(t.l2_mfn, PTE_L3);
    read_only(t.root);
    return t;
}

static void tree_edit(struct tree *t, unsigned int index, pte_t entry)
{
    writable(t->root);
    t->root[index] = entry;
    read_only(t->root);
}

static void test_pin_and_unpin(void)
{
    struct tree t = tree_make();

    expect_ok(table_pin(t.root_mfn, 3));
    expect_errno(page_protect(t.root, PTE_DATA), -XEN_EBUSY);
    expect_reason(REASON_frame_type_conflict);
    expect_errno(page_protect(t.l2, PTE_DATA), -XEN_EBUSY);
    expect_errno(table_pin(t.root_mfn, 3), -XEN_EINVAL);
    expect_reason(REASON_frame_pinned_already);
    expect_errno(table_pin(t.root_mfn, 2), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    expect_ok(table_unpin(t.root_mfn));
    /* At once: the release is over when the call returns. */
    writable(t.root);
    writable(t.l2);
    expect_errno(table_unpin(t.root_mfn), -XEN_EINVAL);
    expect_reason(REASON_frame_not_pinned);
    /* As the kernel wrote it: what long mode needs in memory is gone again. */
    expect_equal(t.root[3], pte_make(t.l2_mfn, PTE_L3));
    read_only(t.root);
    read_only(t.l2);
}

static void pin_refused(struct tree *t, int error, uint32_t reason)
{
    expect_errno(table_pin(t->root_mfn, 3), error);
    expect_reason(reason);
    writable(t->root);
    writable(t->l2);
    read_only(t->root);
    read_only(t->l2);
}

static void test_bad_roots(void)
{
    struct tree t = tree_make();
    pte_t good = t.root[3];

    tree_edit(&t, 3, 0);
    pin_refused(&t, -XEN_EINVAL, REASON_l3_slot_3_missing);
    tree_edit(&t, 3, table_entry(page_root_mfn, 3) & ~(PTE_USER | PTE_WRITE | PTE_ACCESSED));
    pin_refused(&t, -XEN_EINVAL, REASON_l2_hypervisor_shared);
    tree_edit(&t, 3, good | PTE_NO_EXECUTE);
    pin_refused(&t, -XEN_EINVAL, REASON_l3_flags);
    tree_edit(&t, 3, good | PTE_NO_CACHE);
    pin_refused(&t, -XEN_EINVAL, REASON_l3_flags);
    tree_edit(&t, 3, good | 1ull << 55);
    pin_refused(&t, -XEN_EINVAL, REASON_l3_flags);
    tree_edit(&t, 3, pte_make(t.root_mfn, PTE_L3));
    pin_refused(&t, -XEN_EINVAL, REASON_frame_type_conflict);
    tree_edit(&t, 3, pte_make(0x100, PTE_L3));
    pin_refused(&t, -XEN_EINVAL, REASON_frame_hypervisor);
    tree_edit(&t, 3, pte_make(0xf0, PTE_L3));
    pin_refused(&t, -XEN_EINVAL, REASON_device_frame_not_l1);
    tree_edit(&t, 3, good);
    /* Whatever lies behind the four entries is cleared. */
    tree_edit(&t, 4, good);
    tree_edit(&t, 511, pte_make(address_to_mfn(page), PTE_DATA));
    expect_ok(table_pin(t.root_mfn, 3));
    expect_equal(t.root[4], 0);
    expect_equal(t.root[511], 0);
    expect_ok(table_unpin(t.root_mfn));
}

static void entry_refused(uint32_t table, unsigned int index, pte_t entry, int error, uint32_t reason)
{
    pte_t before = table_entry(table, index);

    expect_errno(table_write(table_entry_machine(table, index), entry), error);
    expect_reason(reason);
    expect_equal(table_entry(table, index), before);
}

static void test_root_entries(void)
{
    struct tree t = tree_make();
    uint64_t *l2 = table_page();
    pte_t entry = pte_make(address_to_mfn(l2), PTE_L3);

    tree_edit(&t, 1, 0);
    expect_ok(table_pin(t.root_mfn, 3));
    expect_ok(table_write(table_entry_machine(t.root_mfn, 1), entry));
    expect_errno(page_protect(l2, PTE_DATA), -XEN_EBUSY);
    expect_equal(table_entry(t.root_mfn, 1) & ~(PTE_USER | PTE_WRITE), entry);
    entry_refused(t.root_mfn, 1, entry | PTE_NO_EXECUTE, -XEN_EINVAL, REASON_l3_flags);
    entry_refused(t.root_mfn, 1, entry | PTE_GLOBAL, -XEN_EINVAL, REASON_l3_flags);
    entry_refused(t.root_mfn, 1, pte_make(t.l2_mfn, PTE_L3), -XEN_EINVAL, REASON_frame_type_conflict);
    entry_refused(t.root_mfn, 1, pte_make(t.root_mfn, PTE_L3), -XEN_EINVAL, REASON_frame_type_conflict);
    entry_refused(t.root_mfn, 1, pte_make(address_to_mfn(page), PTE_L3), -XEN_EINVAL,
                  REASON_frame_type_conflict);
    entry_refused(t.root_mfn, 3, 0, -XEN_EINVAL, REASON_l3_slot_3_fixed);
    entry_refused(t.root_mfn, 3, entry, -XEN_EINVAL, REASON_l3_slot_3_fixed);
    entry_refused(t.root_mfn, 4, entry, -XEN_EINVAL, REASON_entries_beyond_root);
    entry_refused(t.root_mfn, 511, entry, -XEN_EINVAL, REASON_entries_beyond_root);
    expect_ok(table_write(table_entry_machine(t.root_mfn, 1), 0));
    writable(l2);
    expect_ok(table_unpin(t.root_mfn));
}

static void test_l2_entries(void)
{
    uint64_t *l2 = table_page(), *l1 = table_page();
    uint32_t l2_mfn = address_to_mfn(l2), l1_mfn = address_to_mfn(l1);
    uint32_t shared = page_table((void *)0xc0000000, 2);

    expect_ok(table_pin(l2_mfn, 2));
    expect_ok(table_write(table_entry_machine(l2_mfn, 5), pte_make(l1_mfn, PTE_TABLE)));
    expect_errno(page_protect(l1, PTE_DATA), -XEN_EBUSY);
    entry_refused(l2_mfn, 5, pte_make(l1_mfn, PTE_TABLE | PTE_LARGE), -XEN_EINVAL, REASON_l2_superpage);
    entry_refused(l2_mfn, 6, pte_make(0, PTE_DATA | PTE_LARGE), -XEN_EINVAL, REASON_l2_superpage);
    entry_refused(l2_mfn, 6, pte_make(l1_mfn, PTE_TABLE | PTE_GLOBAL), -XEN_EINVAL, REASON_pte_reserved_bits);
    entry_refused(l2_mfn, 6, pte_make(l1_mfn, PTE_TABLE | PTE_NO_CACHE), -XEN_EINVAL,
                  REASON_pte_reserved_bits);
    entry_refused(l2_mfn, 6, pte_make(page_root_mfn, PTE_TABLE), -XEN_EINVAL, REASON_frame_type_conflict);
    entry_refused(l2_mfn, 6, pte_make(address_to_mfn(page), PTE_TABLE), -XEN_EINVAL,
                  REASON_frame_type_conflict);
    entry_refused(l2_mfn, 6, pte_make(0xf0, PTE_TABLE), -XEN_EINVAL, REASON_device_frame_not_l1);
    entry_refused(l2_mfn, 6, pte_make(0x100, PTE_TABLE), -XEN_EINVAL, REASON_frame_hypervisor);
    expect_ok(table_write(table_entry_machine(l2_mfn, 6), pte_make(l1_mfn, PTE_READ)));
    expect_ok(table_write(table_entry_machine(l2_mfn, 5), 0));
    expect_errno(page_protect(l1, PTE_DATA), -XEN_EBUSY);
    expect_ok(table_write(table_entry_machine(l2_mfn, 6), 0));
    writable(l1);
    /* An L1 that is not valid comes with its own refusal. */
    l1[511] = pte_make(page_root_mfn, PTE_DATA);
    read_only(l1);
    entry_refused(l2_mfn, 6, pte_make(l1_mfn, PTE_TABLE), -XEN_EBUSY, REASON_frame_type_conflict);
    writable(l1);
    expect_ok(table_unpin(l2_mfn));
    /* The hypervisor's part of the L2 that every root's slot 3 needs is not the guest's. */
    for (unsigned int i = L2_HYPERVISOR_SLOT; i < 512; i += 17) {
        entry_refused(shared, i, 0, -XEN_EPERM, REASON_pte_hypervisor_slot);
        entry_refused(shared, i, pte_make(l1_mfn, PTE_TABLE), -XEN_EPERM, REASON_pte_hypervisor_slot);
    }
    expect_ok(table_write(table_entry_machine(shared, L2_HYPERVISOR_SLOT - 1), 0));
}

static void test_pin_levels(void)
{
    uint64_t *l1 = table_page(), *l2 = table_page();
    uint32_t l1_mfn = address_to_mfn(l1), l2_mfn = address_to_mfn(l2);

    expect_errno(table_pin(0xffffffff, 1), -XEN_EINVAL);
    expect_reason(REASON_frame_invalid);
    expect_errno(table_pin(0x100, 1), -XEN_EINVAL);
    expect_reason(REASON_frame_hypervisor);
    expect_errno(table_pin(address_to_mfn(page), 1), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    writable(l1);
    l1[0] = pte_make(l1_mfn, PTE_DATA);
    read_only(l1);
    expect_errno(table_pin(l1_mfn, 1), -XEN_EBUSY);
    expect_reason(REASON_frame_type_conflict);
    writable(l1);
    l1[0] = pte_make(l1_mfn, PTE_READ);
    l1[1] = pte_make(address_to_mfn(page), PTE_DATA);
    read_only(l1);
    expect_ok(table_pin(l1_mfn, 1));
    writable(l2);
    l2[0] = pte_make(l1_mfn, PTE_TABLE);
    read_only(l2);
    expect_ok(table_pin(l2_mfn, 2));
    expect_ok(table_unpin(l1_mfn));
    expect_errno(page_protect(l1, PTE_DATA), -XEN_EBUSY); /* still in use by the L2 */
    expect_ok(table_unpin(l2_mfn));
    writable(l1);
}

static void test_new_root(void)
{
    struct tree t = tree_make();

    expect_ok(mmu_extended(MMUEXT_NEW_BASEPTR, page_root_mfn, 0));
    expect_ok(mmu_extended(MMUEXT_NEW_BASEPTR, t.root_mfn, 0));
    expect_errno(page_protect(t.root, PTE_DATA), -XEN_EBUSY);
    expect_errno(mmu_extended(MMUEXT_NEW_BASEPTR, address_to_mfn(page), 0), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_NEW_BASEPTR, t.l2_mfn, 0), -XEN_EINVAL);
    expect_reason(REASON_frame_type_conflict);
    expect_errno(mmu_extended(MMUEXT_NEW_BASEPTR, 0xfffff, 0), -XEN_EINVAL);
    expect_ok(mmu_extended(MMUEXT_NEW_BASEPTR, page_root_mfn, 0));
    /* It was a root only as long as it was in use. */
    writable(t.root);
    writable(t.l2);
}

GUEST_TEST("page tables: pins, roots, L2 and L3 entries")
{
    expect_ok(frames_init(boot_info));
    expect_ok(memory_op_machphys_mapping(&m2p));
    page = pages_alloc(1);
    test_pin_and_unpin();
    test_bad_roots();
    test_root_entries();
    test_l2_entries();
    test_pin_levels();
    test_new_root();
}
