// SPDX-License-Identifier: MIT
/* memory/frame_alloc.c and frame.c: who gets which frame, and when it comes back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/errno.h"
#include "core/why.h"
#include "fake_machine.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"
#include "memory/page_types.h"

#define FRAMES 1024u

static int start(void **state)
{
    fake_machine_start(FRAMES);
    return 0;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

static void test_all_frames_come_and_go(void **state)
{
    mfn_t taken[FRAMES];
    unsigned n = 0;
    uint64_t all = frame_free_count();

    assert_int_equal(all, FRAMES - FAKE_FIRST_FREE);
    while (!mfn_equal(taken[n] = frame_alloc(0, 0), MFN_NONE)) {
        assert_in_range(taken[n].raw, FAKE_FIRST_FREE, FRAMES - 1);
        assert_int_equal(frame_of(taken[n])->refs, 1);
        n++;
    }
    assert_int_equal(n, all);
    assert_int_equal(frame_free_count(), 0);
    for (unsigned i = 0; i < n; i++)
        frame_free(taken[i], 0);
    assert_int_equal(frame_free_count(), all);
    /* Joined again into the largest blocks there can be. */
    assert_false(mfn_equal(frame_alloc(9, 0), MFN_NONE));
}

static void test_blocks_are_aligned_and_apart(void **state)
{
    uint8_t used[FRAMES] = {0};

    for (unsigned order = 0; order < 8; order++) {
        mfn_t m = frame_alloc(order, 0);

        assert_false(mfn_equal(m, MFN_NONE));
        assert_int_equal(m.raw % (1u << order), 0);
        for (unsigned i = 0; i < 1u << order; i++)
            assert_int_equal(used[m.raw + i]++, 0);
    }
}

static void test_address_limit(void **state)
{
    mfn_t m;

    while (!mfn_equal(m = frame_alloc(0, PAGE_SHIFT + 6), MFN_NONE))
        assert_true(m.raw < 64);
    assert_int_equal(frame_free_count(), FRAMES - 64);
    assert_true(mfn_equal(frame_alloc(6, PAGE_SHIFT + 6), MFN_NONE));
    assert_true(mfn_equal(frame_alloc(0, PAGE_SHIFT), MFN_NONE));
}

static void test_high_frames_are_given_first(void **state)
{
    assert_in_range(frame_alloc(0, 0).raw, FRAMES / 2, FRAMES - 1);
}

static void test_hypervisor_frames_are_cleared(void **state)
{
    mfn_t m = frame_alloc(0, 0);
    const uint8_t *page = frame_map(m);

    for (unsigned i = 0; i < PAGE_SIZE; i++)
        assert_int_equal(page[i], 0);
}

static void test_used_frames_are_cleared_for_every_domain(void **state)
{
    struct domain *d = fake_domain(0, true);
    mfn_t m = frame_alloc_for(d, 0, 0), again;

    assert_int_equal(*(uint8_t *)frame_map(m), 0xa5); /* fresh, and the domain is privileged */
    memset(frame_map(m), 0x77, PAGE_SIZE);
    assert_true(frame_disown(frame_of(m)));
    do
        again = frame_alloc_for(d, 0, 0);
    while (!mfn_equal(again, m));
    assert_int_equal(*(uint8_t *)frame_map(m), 0);
}

static void test_unprivileged_domain_gets_cleared_frames(void **state)
{
    struct domain *d = fake_domain(1, false);

    assert_int_equal(*(uint8_t *)frame_map(frame_alloc_for(d, 0, 0)), 0);
}

static void test_counts_against_the_maximum(void **state)
{
    struct domain *d = fake_domain(1, false);
    mfn_t m;

    d->max_pages = 5;
    assert_true(mfn_equal(frame_alloc_for(d, 3, 0), MFN_NONE));
    assert_int_equal(d->pages, 0);
    m = frame_alloc_for(d, 2, 0);
    assert_false(mfn_equal(m, MFN_NONE));
    assert_int_equal(d->pages, 4);
    assert_true(mfn_equal(frame_alloc_for(d, 1, 0), MFN_NONE));
    assert_true(frame_disown(frame_of(m)));
    assert_int_equal(d->pages, 3);
    assert_int_equal(frame_of(m)->owner, OWNER_NONE);
}

static void test_last_reference_frees(void **state)
{
    struct domain *d = fake_domain(1, false);
    mfn_t m = frame_alloc_for(d, 0, 0);
    struct frame *f = frame_get(m, d);
    uint64_t before = frame_free_count();

    m2p_set(m, 42);
    assert_ptr_equal(f, frame_of(m));
    assert_true(frame_disown(f));
    assert_false(frame_disown(f));
    assert_int_equal(frame_free_count(), before);
    assert_int_equal(m2p_get(m), 42);
    frame_put(f);
    assert_int_equal(frame_free_count(), before + 1);
    assert_int_equal(m2p_get(m), M2P_NONE);
    assert_int_equal(d->pages, 0);
    assert_null(frame_get(m, d));
}

static void test_get_refuses_what_is_not_the_domains(void **state)
{
    struct domain *d = fake_domain(1, false), *other = fake_domain(2, false);
    mfn_t theirs = frame_alloc_for(other, 0, 0), ours = frame_alloc(0, 0), mine = frame_alloc_for(d, 0, 0);
    static const struct {
        uint64_t frame;
        uint32_t reason;
    } wrong[] = {
        {FRAMES, REASON_frame_invalid}, {1ull << 40, REASON_frame_invalid},   {2, REASON_frame_invalid},
        {0, REASON_frame_hypervisor},   {FAKE_FIRST_FREE, REASON_frame_free},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_null(frame_get(mfn(wrong[i].frame), d));
        assert_int_equal(frame_refuse(mfn(wrong[i].frame), d, -EINVAL), -EINVAL);
        assert_int_equal(fake_refusal.reason, wrong[i].reason);
    }
    assert_null(frame_get(theirs, d));
    assert_int_equal(frame_refuse(theirs, d, -EBUSY), -EBUSY);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    assert_int_equal(fake_refusal.found, 2);
    assert_null(frame_get(ours, d));
    frame_of(mine)->refs = REFS_MAX;
    assert_null(frame_get(mine, d));
    frame_refuse(mine, d, -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_reference_overflow);
}

static void test_freed_frame_is_flushed_before_reuse(void **state)
{
    struct domain *d = fake_domain(1, false);
    mfn_t m = frame_alloc_for(d, 0, 0), again;
    unsigned flushes = fake_full_flushes;

    assert_int_equal(flushes, 0);
    frame_disown(frame_of(m));
    do
        again = frame_alloc_for(d, 0, 0);
    while (!mfn_equal(again, m));
    assert_int_equal(fake_full_flushes, 1);
}

static void test_shared_frame(void **state)
{
    struct domain *d = fake_domain(1, false);
    mfn_t m = frame_alloc(0, 0);
    struct frame *f;

    frame_share(m, d, true);
    assert_int_equal(d->xen_pages, 1);
    assert_int_equal(d->pages, 0);
    f = frame_get(m, d);
    assert_non_null(f);
    assert_true(frame_get_writable(f));
    assert_int_equal(frame_get_type(f, d, TYPE_L1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_frame_shared_by_hypervisor);
    assert_false(frame_disown(f));
    assert_false(frame_unshare(m));
    frame_put_type(f);
    frame_put(f);
    m2p_set(m, 77);
    assert_true(frame_unshare(m));
    assert_int_equal(d->xen_pages, 0);
    assert_int_equal(m2p_get(m), M2P_NONE);
    frame_free(m, 0);
}

static void test_shared_read_only_frame_has_no_use(void **state)
{
    struct domain *d = fake_domain(1, false);
    mfn_t m = frame_alloc(0, 0);
    struct frame *f;

    frame_share(m, d, false);
    f = frame_get(m, d);
    assert_false(frame_get_writable(f));
    assert_int_equal(frame_hold_table(f), TYPE_NONE);
    assert_int_equal(frame_get_type(f, d, TYPE_SEGMENT), -EINVAL);
    assert_int_equal(type_uses(f->type), 1);
}

static void test_steal_and_assign(void **state)
{
    struct domain *d = fake_domain(1, false), *other = fake_domain(2, false);
    mfn_t m = frame_alloc_for(d, 0, 0);
    struct frame *f = frame_get(m, d), *second = frame_get(m, d);

    m2p_set(m, 7);
    assert_int_equal(frame_steal(f, d, 1), -EBUSY); /* one reference too many */
    frame_put(second);
    assert_true(frame_get_writable(f));
    assert_int_equal(frame_steal(f, d, 1), -EBUSY); /* a type in use */
    frame_put_type(f);
    assert_int_equal(frame_steal(f, other, 1), -EBUSY);
    assert_int_equal(d->pages, 1);
    assert_int_equal(frame_steal(f, d, 1), 0);
    assert_int_equal(d->pages, 0);
    assert_int_equal(f->owner, OWNER_NONE);
    assert_int_equal(m2p_get(m), M2P_NONE);
    assert_null(frame_get(m, d));
    other->max_pages = 0;
    assert_int_equal(frame_assign(f, other), -E2BIG);
    other->max_pages = 1;
    assert_int_equal(frame_assign(f, other), 0);
    assert_int_equal(other->pages, 1);
    assert_int_equal(f->refs, 2);
    frame_put(f);
    assert_true(frame_disown(f));
    assert_int_equal(other->pages, 0);
}

static void test_claimed_frame_keeps_its_content(void **state)
{
    struct domain *d = fake_domain(0, true);

    frame_claim(mfn(FAKE_FIRST_FREE - 1), d);
    assert_int_equal(*(uint8_t *)frame_map(mfn(FAKE_FIRST_FREE - 1)), 0xa5);
    assert_int_equal(d->pages, 1);
    assert_true(frame_disown(frame_of(mfn(FAKE_FIRST_FREE - 1))));
    assert_int_equal(d->pages, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_all_frames_come_and_go, start, end),
        cmocka_unit_test_setup_teardown(test_blocks_are_aligned_and_apart, start, end),
        cmocka_unit_test_setup_teardown(test_address_limit, start, end),
        cmocka_unit_test_setup_teardown(test_high_frames_are_given_first, start, end),
        cmocka_unit_test_setup_teardown(test_hypervisor_frames_are_cleared, start, end),
        cmocka_unit_test_setup_teardown(test_used_frames_are_cleared_for_every_domain, start, end),
        cmocka_unit_test_setup_teardown(test_unprivileged_domain_gets_cleared_frames, start, end),
        cmocka_unit_test_setup_teardown(test_counts_against_the_maximum, start, end),
        cmocka_unit_test_setup_teardown(test_last_reference_frees, start, end),
        cmocka_unit_test_setup_teardown(test_get_refuses_what_is_not_the_domains, start, end),
        cmocka_unit_test_setup_teardown(test_freed_frame_is_flushed_before_reuse, start, end),
        cmocka_unit_test_setup_teardown(test_shared_frame, start, end),
        cmocka_unit_test_setup_teardown(test_shared_read_only_frame_has_no_use, start, end),
        cmocka_unit_test_setup_teardown(test_steal_and_assign, start, end),
        cmocka_unit_test_setup_teardown(test_claimed_frame_keeps_its_content, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
