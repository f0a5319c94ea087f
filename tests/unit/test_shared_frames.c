// SPDX-License-Identifier: MIT
/* The hypervisor's frames and devices' in a guest's tables: rules T13 and T14. */
#include "page_type_test.h"
#include "memory/io_memory.h"

static void test_T13_shared_frame_is_mapped_but_no_table(void **state)
{
    mfn_t shared = frame_alloc(0, 0), l1 = fake_frame(d);

    frame_share(shared, d, true);
    fake_entry_set(l1, 0, pte_make(shared, PTE_P | PTE_RW));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(fake_uses(shared), 2);
    assert_int_equal(page_table_pin(d, shared, TYPE_L1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_shared_by_hypervisor);
    assert_int_equal(page_table_unpin(d, l1), 0);
    assert_int_equal(fake_uses(shared), 1);
}

static void test_T13_read_only_share(void **state)
{
    mfn_t shared = frame_alloc(0, 0), l1 = fake_frame(d);

    frame_share(shared, d, false);
    fake_entry_set(l1, 0, pte_make(shared, PTE_P | PTE_RW));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_shared_by_hypervisor);
    fake_entry_set(l1, 0, pte_make(shared, PTE_P));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
}

static void test_T14_device_frames(void **state)
{
    mfn_t l1 = fake_frame(d);
    static const uint64_t guarded[] = {0xfec00, 0xfed00, 0xfee00, 0xfeeff};

    fake_entry_set(l1, 0, pte_make(mfn(2), PTE_P));
    expect_refused(l1, TYPE_L1, -EPERM, REASON_device_frame_denied);
    d->privileged = true;
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(page_table_unpin(d, l1), 0);
    fake_entry_set(l1, 0, pte_make(mfn(0xfd000), PTE_P | PTE_RW | PTE_PCD));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(page_table_unpin(d, l1), 0);
    for (unsigned i = 0; i < ARRAY_SIZE(guarded); i++) {
        fake_entry_set(l1, 0, pte_make(mfn(guarded[i]), PTE_P));
        expect_refused(l1, TYPE_L1, -EPERM, REASON_device_frame_guarded);
    }
    fake_entry_set(l1, 0, pte_make(mfn(1ull << 39), PTE_P));
    expect_refused(l1, TYPE_L1, -EPERM, REASON_device_frame_denied);
    fake_entry_set(l1, 0, pte_make(mfn(PTE_FRAME >> PAGE_SHIFT), PTE_P));
    expect_refused(l1, TYPE_L1, -EINVAL, REASON_device_frame_denied);
}

static void test_T14_read_only_device_range(void **state)
{
    mfn_t l1 = fake_frame(d);

    d->privileged = true;
    assert_true(io_memory_guard_writes(mfn(0xe0000), 1));
    fake_entry_set(l1, 0, pte_make(mfn(0xe0000), PTE_P | PTE_RW));
    assert_int_equal(page_table_pin(d, l1, TYPE_L1), 0);
    assert_int_equal(fake_entry(l1, 0), pte_make(mfn(0xe0000), PTE_P));
}

static void test_T14_device_frames_in_an_l1_only(void **state)
{
    struct fake_tables t;

    d->privileged = true;
    t = fake_tables(d);
    fake_entry_set(t.l2[0], 1, pte_make(mfn(2), PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_device_frame_not_l1);
    fake_entry_set(t.l2[0], 1, 0);
    fake_entry_set(t.root, 1, pte_make(mfn(0xfd000), PTE_P));
    expect_refused(t.root, TYPE_L3, -EINVAL, REASON_device_frame_not_l1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_T13_shared_frame_is_mapped_but_no_table, start, end),
        cmocka_unit_test_setup_teardown(test_T13_read_only_share, start, end),
        cmocka_unit_test_setup_teardown(test_T14_device_frames, start, end),
        cmocka_unit_test_setup_teardown(test_T14_read_only_device_range, start, end),
        cmocka_unit_test_setup_teardown(test_T14_device_frames_in_an_l1_only, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
