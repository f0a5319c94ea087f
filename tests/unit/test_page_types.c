// SPDX-License-Identifier: MIT
/* Page types as such: rules T1 to T3 and T5 to T8, and validation that stops half-way. */
#include "page_type_test.h"

static void test_pinned_tree_is_counted(void **state)
{
    struct fake_tables t = fake_tables(d);

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(fake_refusal.count, 0);
    assert_int_equal(fake_type(t.root), TYPE_L3);
    assert_int_equal(frame_of(t.root)->refs, 2);
    assert_true(frame_of(t.root)->type & TYPE_PINNED);
    for (unsigned i = 0; i < 3; i++)
        assert_int_equal(fake_type(t.l2[i]), TYPE_L2);
    assert_int_equal(fake_type(t.l2[3]), TYPE_L2_SHARED);
    assert_int_equal(fake_type(t.l1), TYPE_L1);
    assert_int_equal(fake_type(t.data), TYPE_WRITABLE);
    assert_int_equal(fake_uses(t.data), 1);
    assert_int_equal(frame_of(t.data)->refs, 2);
}

static void test_T7_unpin_releases_everything(void **state)
{
    struct fake_tables t = fake_tables(d);

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    for (uint64_t i = 0; i < FRAMES; i++)
        if (frame_table[i].owner == d->id) {
            assert_int_equal(type_uses(frame_table[i].type), 0);
            assert_int_equal(frame_table[i].refs, 1);
        }
    assert_true(frame_get_writable(frame_of(t.root)));
    frame_put_type(frame_of(t.root));
}

static void test_T1_table_cannot_be_mapped_writable(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l1, 5, pte_make(t.root, PTE_P | PTE_RW));
    /* The L1 is checked while the root is being: the root has its type from the first moment. */
    expect_refused(t.root, TYPE_L3, -EBUSY, REASON_frame_type_conflict);
    assert_int_equal(fake_refusal.expected, TYPE_WRITABLE);
    assert_int_equal(fake_refusal.found, TYPE_L3);
    assert_int_equal(fake_refusal.frame, t.root.raw);
}

static void test_T1_l1_cannot_map_itself_writable(void **state)
{
    mfn_t l1 = fake_frame(d);

    fake_entry_set(l1, 511, pte_make(l1, PTE_P | PTE_RW));
    expect_refused(l1, TYPE_L1, -EBUSY, REASON_frame_type_conflict);
}

static void test_T2_writable_page_cannot_become_a_table(void **state)
{
    struct fake_tables t = fake_tables(d);

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(page_table_pin(d, t.data, TYPE_L1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_conflict);
    assert_int_equal(fake_refusal.expected, TYPE_L1);
    assert_int_equal(fake_refusal.found, TYPE_WRITABLE);
    assert_int_equal(frame_of(t.data)->refs, 2);
    assert_int_equal(fake_uses(t.data), 1);
}

static void test_T2_table_may_be_mapped_read_only(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l1, 1, pte_make(t.l1, PTE_P));
    fake_entry_set(t.l1, 2, pte_make(t.root, PTE_P));
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(frame_of(t.root)->refs, 3);
    assert_int_equal(fake_uses(t.root), 1);
}

static void test_T3_foreign_frame(void **state)
{
    struct fake_tables t = fake_tables(d);
    mfn_t theirs = fake_frame(other);

    fake_entry_set(t.l1, 511, pte_make(theirs, PTE_P));
    expect_refused(t.root, TYPE_L3, -EBUSY, REASON_frame_foreign);
    assert_int_equal(fake_refusal.found, 2);
    assert_int_equal(frame_of(theirs)->refs, 1);
}

static void test_T3_hypervisor_and_free_frames(void **state)
{
    mfn_t l1 = fake_frame(d);

    fake_entry_set(l1, 0, pte_make(mfn(0), PTE_P));
    expect_refused(l1, TYPE_L1, -EBUSY, REASON_frame_hypervisor);
    fake_entry_set(l1, 0, pte_make(mfn(FAKE_FIRST_FREE), PTE_P));
    expect_refused(l1, TYPE_L1, -EBUSY, REASON_frame_free);
    fake_entry_set(l1, 0, pte_make(d->vcpus[0]->l4, PTE_P));
    expect_refused(l1, TYPE_L1, -EBUSY, REASON_frame_hypervisor);
}

static void test_T5_l1_flags(void **state)
{
    static const uint64_t refused[] = {PTE_PWT, PTE_PCD, PTE_PAT, PTE_GRANTED};
    static const uint64_t allowed[] = {PTE_U,        PTE_G, PTE_NX, PTE_AVAIL, PTE_HIGH & ~PTE_GRANTED,
                                       PTE_A | PTE_D};
    mfn_t l1 = fake_frame(d), data = fake_frame(d);

    for (unsigned i = 0; i < ARRAY_SIZE(refused); i++) {
        fake_entry_set(l1, 0, pte_make(data, PTE_P | refused[i]));
        expect_refused(l1, TYPE_L1, -EINVAL, REASON_pte_reserved_bits);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(allowed); i++) {
        fake_entry_set(l1, 0, pte_make(data, PTE_P | allowed[i]));
        assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
        assert_int_equal(fake_entry(l1, 0), pte_make(data, PTE_P | allowed[i]));
        assert_int_equal(page_table_unpin(d, l1), 0);
    }
}

static void test_T5_caching_is_for_who_holds_devices(void **state)
{
    mfn_t l1, data;

    d->privileged = true;
    l1 = fake_frame(d);
    data = fake_frame(d);
    fake_entry_set(l1, 0, pte_make(data, PTE_P | PTE_RW | PTE_PCD | PTE_PWT));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
}

static void test_T5_entries_that_are_not_present_hold_nothing(void **state)
{
    mfn_t l1 = fake_frame(d);

    for (unsigned i = 0; i < 512; i++)
        fake_entry_set(l1, i, ~1ull);
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(page_table_unpin(d, l1), 0);
}

static void test_T6_pin_twice_and_unpin_twice(void **state)
{
    mfn_t l1 = fake_frame(d);

    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_pinned_already);
    assert_int_equal(fake_uses(l1), 1);
    assert_int_equal(frame_of(l1)->refs, 2);
    assert_int_equal(page_table_unpin(d, l1), 0);
    assert_int_equal(page_table_unpin(d, l1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_not_pinned);
    assert_int_equal(frame_of(l1)->refs, 1);
}

static void test_T8_stale_translations_are_flushed(void **state)
{
    struct fake_tables t = fake_tables(d);
    unsigned flushes;

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    finish_releases();
    /* `data` was writable until now, and nothing was flushed since. */
    flushes = fake_full_flushes;
    assert_int_equal(page_table_pin(d, t.data, TYPE_L1), 0);
    assert_int_equal(fake_full_flushes, flushes + 1);
    /* The L1 turns writable: old walks through it must be gone; that flush was late enough for it too. */
    assert_true(frame_get_writable(frame_of(t.l1)));
    assert_int_equal(fake_full_flushes, flushes + 1);
    /* Now there is a newer use to flush. */
    assert_int_equal(page_table_unpin(d, t.data), 0);
    assert_true(frame_get_writable(frame_of(t.data)));
    assert_int_equal(fake_full_flushes, flushes + 2);
    frame_put_type(frame_of(t.l1));
    frame_put_type(frame_of(t.data));
}

static void test_validation_stops_and_goes_on(void **state)
{
    struct fake_tables t = fake_tables(d);
    unsigned stops = 0;
    int error;

    for (unsigned i = 0; i < 100; i++)
        fake_entry_set(t.l2[1], i, pte_make(fake_frame(d), PTE_P));
    do {
        fake_preempt_after = 2;
        error = page_table_pin(d, t.root, TYPE_L3);
        stops++;
        assert_true(stops < 1000);
        if (error)
            assert_int_equal(fake_type(t.root), TYPE_L3); /* partial, and nothing else meanwhile */
    } while (error == -ERESTART);
    assert_int_equal(error, 0);
    assert_true(stops > 30);
    fake_preempt_after = -1;
    assert_int_equal(frame_of(t.root)->refs, 2);
    assert_int_equal(frame_of(t.l2[1])->refs, 2);
    assert_int_equal(fake_uses(t.l2[1]), 1);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    for (stops = 0; fake_preempt_after = 2, frame_release_pending(d->vcpus[0]); stops++)
        assert_true(stops < 1000);
    assert_true(stops > 30);
    for (uint64_t i = 0; i < FRAMES; i++)
        if (frame_table[i].owner == d->id) {
            assert_int_equal(type_uses(frame_table[i].type), 0);
            assert_int_equal(frame_table[i].refs, 1);
        }
}

static void test_partial_table_keeps_other_types_away(void **state)
{
    struct fake_tables t = fake_tables(d);

    fake_entry_set(t.l2[0], 1, pte_make(fake_frame(d), PTE_P));
    fake_preempt_after = 0;
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), -ERESTART);
    fake_preempt_after = -1;
    assert_false(frame_get_writable(frame_of(t.l2[0])));
    assert_int_equal(page_table_pin(d, t.l2[0], TYPE_L1), -EINVAL);
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
}

static void test_dying_table_is_not_taken_up_again(void **state)
{
    struct fake_tables t = fake_tables(d);

    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
    assert_int_equal(page_table_unpin(d, t.root), 0);
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), -ERESTART);
    finish_releases();
    assert_int_equal(page_table_pin(d, t.root, TYPE_L3), 0);
}

static void test_type_count_overflow(void **state)
{
    mfn_t l1 = fake_frame(d), data = fake_frame(d);

    frame_of(data)->type = type_word(TYPE_WRITABLE, TYPE_USES_MAX) | TYPE_VALIDATED;
    fake_entry_set(l1, 0, pte_make(data, PTE_P | PTE_RW));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_type_count_overflow);
    assert_int_equal(type_uses(frame_of(data)->type), TYPE_USES_MAX);
    frame_of(data)->type = 0;
}

static void test_segment_pages_need_a_rule(void **state)
{
    mfn_t m = fake_frame(d);

    assert_int_equal(frame_hold(m, d, TYPE_L4), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_pin_level);
    assert_int_equal(frame_of(m)->refs, 1);
    assert_int_equal(fake_uses(m), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_pinned_tree_is_counted, start, end),
        cmocka_unit_test_setup_teardown(test_T7_unpin_releases_everything, start, end),
        cmocka_unit_test_setup_teardown(test_T1_table_cannot_be_mapped_writable, start, end),
        cmocka_unit_test_setup_teardown(test_T1_l1_cannot_map_itself_writable, start, end),
        cmocka_unit_test_setup_teardown(test_T2_writable_page_cannot_become_a_table, start, end),
        cmocka_unit_test_setup_teardown(test_T2_table_may_be_mapped_read_only, start, end),
        cmocka_unit_test_setup_teardown(test_T3_foreign_frame, start, end),
        cmocka_unit_test_setup_teardown(test_T3_hypervisor_and_free_frames, start, end),
        cmocka_unit_test_setup_teardown(test_T5_l1_flags, start, end),
        cmocka_unit_test_setup_teardown(test_T5_caching_is_for_who_holds_devices, start, end),
        cmocka_unit_test_setup_teardown(test_T5_entries_that_are_not_present_hold_nothing, start, end),
        cmocka_unit_test_setup_teardown(test_T6_pin_twice_and_unpin_twice, start, end),
        cmocka_unit_test_setup_teardown(test_T8_stale_translations_are_flushed, start, end),
        cmocka_unit_test_setup_teardown(test_validation_stops_and_goes_on, start, end),
        cmocka_unit_test_setup_teardown(test_partial_table_keeps_other_types_away, start, end),
        cmocka_unit_test_setup_teardown(test_dying_table_is_not_taken_up_again, start, end),
        cmocka_unit_test_setup_teardown(test_type_count_overflow, start, end),
        cmocka_unit_test_setup_teardown(test_segment_pages_need_a_rule, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
