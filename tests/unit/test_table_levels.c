// SPDX-License-Identifier: MIT
/* Page tables of several levels: rules T4, T9 to T12, and the root of a vCPU. */
#include "page_type_test.h"
#include "memory/m2p.h"

static void test_T4_levels_cannot_loop(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.root, 1, pte_make(t.root, PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_frame_type_conflict);
    fake_entry_set(t.root, 1, pte_make(t.l2[1], PTE_P));
    fake_entry_set(t.l2[0], 9, pte_make(t.root, PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_frame_type_conflict);
}

static void test_T4_one_frame_at_two_levels(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[1], 0, pte_make(t.l1, PTE_P));
    fake_entry_set(t.root, 2, pte_make(t.l1, PTE_P));
    fake_entry_set(t.l1, 0, 0);
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_frame_type_conflict);
    assert_int_equal(fake_refusal.expected, TYPE_L2);
    assert_int_equal(fake_refusal.found, TYPE_L1);
}

static void test_T4_shared_lower_table_is_counted_twice(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[1], 7, pte_make(t.l1, PTE_P));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(fake_uses(t.l1), 2);
    assert_int_equal(fake_uses(t.data), 1);
}

static void test_T9_superpage(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[2], 3, pte_make(mfn(0), PTE_P | PTE_RW | PTE_LARGE));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_l2_superpage);
    fake_entry_set(t.l2[2], 3, pte_make(t.l1, PTE_P | PTE_G));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_pte_reserved_bits);
}

static void test_T10_entries_beyond_the_root_are_cleared(void **state)
{
    struct fake_tables t = fake_tables(d);

    for (unsigned i = 4; i < 512; i++)
        fake_entry_set(t.root, i, pte_make(t.l2[0], PTE_P | PTE_RW | PTE_U));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    for (unsigned i = 4; i < 512; i++)
        assert_int_equal(fake_entry(t.root, i), 0);
}

static void test_T10_root_flags(void **state)
{
    static const uint64_t refused[] = {PTE_PWT, PTE_PCD, PTE_LARGE, PTE_G, 1ull << 52, 1ull << 62, PTE_NX};
    struct fake_tables t = fake_tables(d);

    for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
        fake_entry_set(t.root, 3, pte_make(t.l2[3], PTE_P | refused[i]));
        expect_refused(t.root, TYPE_L3, -EINVAL, REASON_l3_flags);
    }
    fake_entry_set(t.root, 3, pte_make(t.l2[3], PTE_P | PTE_AVAIL));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(fake_entry(t.root, i) & (PTE_U | PTE_RW), PTE_U | PTE_RW);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    assert_int_equal(fake_entry(t.root, 0), pte_make(t.l2[0], PTE_P));
}

static void test_T11_slot_3(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.root, 3, 0);
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_l3_slot_3_missing);
    fake_entry_set(t.root, 3, pte_make(t.l2[0], PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_frame_type_conflict);
}

static void test_T11_shared_l2_has_our_slots(void **state)
{
    struct fake_tables t = fake_tables(d);

    for (unsigned i = L2_FIRST_HYPERVISOR_SLOT; i < 512; i++)
        fake_entry_set(t.l2[3], i, pte_make(mfn(0), PTE_P | PTE_RW | PTE_LARGE)); /* never looked at */
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_true(m2p_mapped_32(frame_map(t.l2[3])));
    assert_int_equal(fake_entry(t.l2[3], L2_FIRST_HYPERVISOR_SLOT) & (PTE_P | PTE_RW), PTE_P);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    for (unsigned i = L2_FIRST_HYPERVISOR_SLOT; i < 512; i++)
        assert_int_equal(fake_entry(t.l2[3], i), 0);
}

static void test_T11_second_root_with_the_same_l2(void **state)
{
    struct fake_tables t = fake_tables(d), second = fake_tables(d);

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    fake_entry_set(second.root, 3, pte_make(t.l2[3], PTE_P));
    assert_int_equal(page_table_pin(d, second.root, TYPE_L3), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_l2_hypervisor_shared);
    finish_releases();
    assert_int_equal(fake_type(second.root), TYPE_NONE);
    assert_int_equal(frame_of(second.l2[0])->refs, 1);
    assert_int_equal(fake_uses(t.l2[3]), 1);
    assert_int_equal(page_table_pin(d, t.l2[3], TYPE_L2), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_conflict);
}

static void test_T12_table_may_name_itself(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[1], 8, pte_make(t.l2[1], PTE_P));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(fake_uses(t.l2[1]), 1);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    assert_int_equal(frame_of(t.l2[1])->refs, 1);
}

static void test_T12_linear_entry_must_be_read_only(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[1], 8, pte_make(t.l2[1], PTE_P | PTE_RW));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_linear_table_writable);
}

static void test_T12_the_usual_linear_window(void **state)
{
    struct fake_tables t = fake_tables(d);

    for (unsigned i = 0; i < 4; i++)
        fake_entry_set(t.l2[3], 100 + i, pte_make(t.l2[i], PTE_P));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(fake_uses(t.l2[0]), 2);
    assert_int_equal(frame_of(t.l2[0])->linear_uses, 1);
    assert_int_equal(frame_of(t.l2[3])->linear_uses, -3);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    for (unsigned i = 0; i < 4; i++) {
        assert_int_equal(fake_uses(t.l2[i]), 0);
        assert_int_equal(frame_of(t.l2[i])->refs, 1);
    }
}

static void test_T12_linear_tables_do_not_chain(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[1], 0, pte_make(t.l2[0], PTE_P)); /* 1 names 0, so 2 must not name 1 */
    fake_entry_set(t.l2[2], 0, pte_make(t.l2[1], PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_linear_table_depth);
}

static void test_T12_a_table_not_yet_checked_is_no_linear_table(void **state)
{
    struct fake_tables t = fake_tables(d);

    /* It is checked as an L1, and has an entry that no L1 may have. */
    fake_entry_set(t.l2[1], 3, pte_make(t.l2[1], PTE_P));
    fake_entry_set(t.l2[0], 8, pte_make(t.l2[1], PTE_P));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), -EINVAL);
    finish_releases();
    assert_int_equal(fake_uses(t.l2[1]), 0);
}

static void test_root_of_a_vcpu(void **state)
{
    struct fake_tables t = fake_tables(d), second = fake_tables(d);
    struct vcpu *v = d->vcpus[0];

    assert_int_equal(guest_table_set(v, t.root), 0);
    assert_int_equal(pte_frame(fake_entry(v->l4, 0)).raw, t.root.raw);
    assert_int_equal(fake_processor.cr3, v->l4.raw << PAGE_SHIFT);
    assert_int_equal(fake_uses(t.root), 1);
    assert_int_equal(guest_table_set(v, t.root), 0);
    assert_int_equal(fake_uses(t.root), 1);
    assert_int_equal(guest_table_set(v, t.l1), -EINVAL);
    assert_int_equal(v->guest_table.raw, t.root.raw);
    assert_int_equal(guest_table_set(v, fake_frame(other)), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    assert_int_equal(guest_table_set(v, second.root), 0);
    finish_releases();
    assert_int_equal(fake_uses(t.root), 0);
    assert_int_equal(fake_uses(t.data), 0);
    guest_table_drop(v);
    finish_releases();
    assert_int_equal(fake_entry(v->l4, 0), 0);
    assert_int_equal(fake_uses(second.data), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_T4_levels_cannot_loop, start, end),
        cmocka_unit_test_setup_teardown(test_T4_one_frame_at_two_levels, start, end),
        cmocka_unit_test_setup_teardown(test_T4_shared_lower_table_is_counted_twice, start, end),
        cmocka_unit_test_setup_teardown(test_T9_superpage, start, end),
        cmocka_unit_test_setup_teardown(test_T10_entries_beyond_the_root_are_cleared, start, end),
        cmocka_unit_test_setup_teardown(test_T10_root_flags, start, end),
        cmocka_unit_test_setup_teardown(test_T11_slot_3, start, end),
        cmocka_unit_test_setup_teardown(test_T11_shared_l2_has_our_slots, start, end),
        cmocka_unit_test_setup_teardown(test_T11_second_root_with_the_same_l2, start, end),
        cmocka_unit_test_setup_teardown(test_T12_table_may_name_itself, start, end),
        cmocka_unit_test_setup_teardown(test_T12_linear_entry_must_be_read_only, start, end),
        cmocka_unit_test_setup_teardown(test_T12_the_usual_linear_window, start, end),
        cmocka_unit_test_setup_teardown(test_T12_linear_tables_do_not_chain, start, end),
        cmocka_unit_test_setup_teardown(test_T12_a_table_not_yet_checked_is_no_linear_table, start, end),
        cmocka_unit_test_setup_teardown(test_root_of_a_vcpu, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
