// SPDX-License-Identifier: MIT
/* The rules at the top of memory/page_types.c: one test or more for each, named by its number. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/errno.h"
#include "core/why.h"
#include "fake_tables.h"
#include "memory/io_memory.h"
#include "memory/m2p.h"

#define FRAMES 4096u

static struct domain *d, *other;

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    fake_run(d->vcpus[0]);
    return 0;
}

/* After every test the auditor must find nothing. */
static int end(void **state)
{
    unsigned differences = fake_differences();

    if (differences)
        print_error("audit: %u differences, first: frame %lx field %u expected %lx found %lx\n", differences,
                    fake_audit.first[0].frame, fake_audit.first[0].field, fake_audit.first[0].expected,
                    fake_audit.first[0].found);
    fake_machine_end();
    return differences != 0;
}

static void finish_releases(void)
{
    while (frame_release_pending(d->vcpus[0]))
        ;
}

/* Pins, expects a refusal, and that no frame of the domain is left with a type in use or an extra reference. */
static void expect_refused(mfn_t m, enum frame_type level, int error, uint32_t reason)
{
    unsigned before = fake_refusal.count;

    assert_int_equal(page_table_pin(d, m, level), error);
    assert_int_equal(fake_refusal.count, before + 1);
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(fake_refusal.error, error);
    finish_releases();
    for (uint64_t i = 0; i < FRAMES; i++)
        if (frame_table[i].owner == d->id) {
            assert_int_equal(type_uses(frame_table[i].type), 0);
            assert_int_equal(frame_table[i].refs, 1);
            assert_int_equal(frame_table[i].type & (TYPE_STATES & ~TYPE_VALIDATED), 0);
        }
}

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
        cmocka_unit_test_setup_teardown(test_T4_levels_cannot_loop, start, end),
        cmocka_unit_test_setup_teardown(test_T4_one_frame_at_two_levels, start, end),
        cmocka_unit_test_setup_teardown(test_T4_shared_lower_table_is_counted_twice, start, end),
        cmocka_unit_test_setup_teardown(test_T5_l1_flags, start, end),
        cmocka_unit_test_setup_teardown(test_T5_caching_is_for_who_holds_devices, start, end),
        cmocka_unit_test_setup_teardown(test_T5_entries_that_are_not_present_hold_nothing, start, end),
        cmocka_unit_test_setup_teardown(test_T6_pin_twice_and_unpin_twice, start, end),
        cmocka_unit_test_setup_teardown(test_T8_stale_translations_are_flushed, start, end),
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
        cmocka_unit_test_setup_teardown(test_T13_shared_frame_is_mapped_but_no_table, start, end),
        cmocka_unit_test_setup_teardown(test_T13_read_only_share, start, end),
        cmocka_unit_test_setup_teardown(test_T14_device_frames, start, end),
        cmocka_unit_test_setup_teardown(test_T14_read_only_device_range, start, end),
        cmocka_unit_test_setup_teardown(test_T14_device_frames_in_an_l1_only, start, end),
        cmocka_unit_test_setup_teardown(test_validation_stops_and_goes_on, start, end),
        cmocka_unit_test_setup_teardown(test_partial_table_keeps_other_types_away, start, end),
        cmocka_unit_test_setup_teardown(test_dying_table_is_not_taken_up_again, start, end),
        cmocka_unit_test_setup_teardown(test_type_count_overflow, start, end),
        cmocka_unit_test_setup_teardown(test_root_of_a_vcpu, start, end),
        cmocka_unit_test_setup_teardown(test_segment_pages_need_a_rule, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
