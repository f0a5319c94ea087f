// SPDX-License-Identifier: MIT
/* The pure parts of time and scheduling: the timers' heap, time scales, the account of states, the run queue, dates. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "core/calendar.h"
#include "core/domain.h"
#include "core/time_scale.h"
#include "domain/run_queue.h"
#include "domain/runstate.h"
#include "domain/timer_queue.h"
#include "domain/vcpu_timers.h"

#define TIMERS 200u

static struct timer timers[TIMERS];
static struct timer *heap[TIMERS];
static struct timer_queue queue;

static void never(struct timer *t)
{
    (void)t;
    fail();
}

static void start(void)
{
    timer_queue_init(&queue, heap, TIMERS);
    for (unsigned i = 0; i < TIMERS; i++)
        assert_true(timer_queue_register(&queue, &timers[i], never));
}

/* Every timer in the heap knows its place, and none is due before its parent. */
static void check_heap(void)
{
    unsigned set = 0;

    for (unsigned i = 0; i < queue.set; i++) {
        assert_int_equal(heap[i]->slot, i);
        if (i)
            assert_true(heap[(i - 1) / 2]->due <= heap[i]->due);
    }
    for (unsigned i = 0; i < TIMERS; i++)
        set += timers[i].slot != TIMER_IDLE;
    assert_int_equal(set, queue.set);
}

static void test_timers_come_in_order(void **state)
{
    uint64_t last = 0;
    unsigned taken = 0;
    struct timer *t;

    start();
    for (unsigned i = 0; i < TIMERS; i++) {
        timer_queue_set(&queue, &timers[i], (i * 7919u) % 1000);
        check_heap();
    }
    while ((t = timer_queue_take_due(&queue, 499))) {
        assert_true(t->due >= last && t->due <= 499);
        assert_int_equal(t->slot, TIMER_IDLE);
        last = t->due;
        taken++;
    }
    assert_true(taken > 0 && timer_queue_first(&queue)->due > 499);
    check_heap();
}

/* Any mixture of setting, moving and stopping keeps the heap in order. */
static void test_timers_at_random(void **state)
{
    start();
    srand(1);
    for (unsigned i = 0; i < 20000; i++) {
        struct timer *t = &timers[(unsigned)rand() % TIMERS];

        if (rand() % 3 == 0)
            timer_queue_stop(&queue, t);
        else
            timer_queue_set(&queue, t, (uint64_t)rand() % 5000);
        if (i % 16 == 0)
            check_heap();
    }
    check_heap();
    for (unsigned i = 0; i < TIMERS; i++)
        timer_queue_stop(&queue, &timers[i]);
    assert_null(timer_queue_first(&queue));
}

static void test_registration_is_bounded(void **state)
{
    struct timer extra;

    start();
    assert_false(timer_queue_register(&queue, &extra, never));
    timer_queue_set(&queue, &timers[3], 5);
    timer_queue_unregister(&queue, &timers[3]);
    assert_null(timer_queue_first(&queue));
    assert_true(timer_queue_register(&queue, &extra, never));
}

static void test_set_timer_op_times(void **state)
{
    const uint64_t now = 1000000;

    assert_int_equal(timer_op_due(1, now), 1);
    assert_int_equal(timer_op_due(now + 5, now), now + 5);
    assert_int_equal(timer_op_due(now + (1ull << 50) - 1, now), now + (1ull << 50) - 1);
    assert_int_equal(timer_op_due(now + (1ull << 50), now), now + 100 * NS_PER_MS);
    assert_int_equal(timer_op_due(1ull << 63, now), now + 100 * NS_PER_MS);
    assert_int_equal(timer_op_due(UINT64_MAX, now), now + 100 * NS_PER_MS);
}

/* To within a few parts in 2^31, over the frequencies there are. */
static void test_time_scales(void **state)
{
    static const uint64_t frequencies[] = {1,          1000,       14318180,   999999999,   1000000000,
                                           1000000001, 2445400000, 5000000000, 50000000000, 4294967296000};

    for (unsigned i = 0; i < sizeof(frequencies) / sizeof(frequencies[0]); i++) {
        uint64_t hz = frequencies[i], second = time_scale_ns(time_scale_of(hz), hz);
        struct time_scale s = time_scale_of(hz);

        assert_true(s.multiplier >= 1u << 31);
        assert_in_range(second, NS_PER_SECOND - 4, NS_PER_SECOND + 4);
        assert_int_equal(time_scale_ns(s, 0), 0);
        /* No overflow in the product: a hundred years at this rate, where the ticks themselves fit. */
        if (hz <= 5000000000ull)
            assert_true(time_scale_ns(s, hz * 3000000000ull) >= 2999999000ull * NS_PER_SECOND);
    }
}

static void test_inverse_scale(void **state)
{
    static const uint64_t frequencies[] = {1000000, 62500000, 1000000000, 3000000000, 10000000000};

    for (unsigned i = 0; i < sizeof(frequencies) / sizeof(frequencies[0]); i++) {
        uint64_t hz = frequencies[i], ticks = time_scale_ns(time_scale_inverse(hz), NS_PER_SECOND);

        assert_in_range(ticks, hz - hz / 1000000 - 1, hz + hz / 1000000 + 1);
    }
}

static void test_runstate_adds_up(void **state)
{
    struct runstate r = {.state = RUNSTATE_offline, .since = 100};
    struct runstate seen;

    runstate_enter(&r, RUNSTATE_runnable, 150);
    runstate_enter(&r, RUNSTATE_running, 160);
    runstate_enter(&r, RUNSTATE_running, 170); /* no change: the stay goes on */
    assert_int_equal(r.since, 160);
    runstate_enter(&r, RUNSTATE_blocked, 200);
    seen = runstate_at(&r, 1200);
    assert_int_equal(seen.time[RUNSTATE_offline], 50);
    assert_int_equal(seen.time[RUNSTATE_runnable], 10);
    assert_int_equal(seen.time[RUNSTATE_running], 40);
    assert_int_equal(seen.time[RUNSTATE_blocked], 1000);
    assert_int_equal(seen.since, 200);
    assert_int_equal(r.time[RUNSTATE_blocked], 0); /* looking changes nothing */
    assert_int_equal(runstate_at(&r, 150).time[RUNSTATE_blocked], 0);
}

static void test_state_of_waiting(void **state)
{
    assert_int_equal(runstate_of_waiting(0), RUNSTATE_runnable);
    assert_int_equal(runstate_of_waiting(VCPU_BLOCKED), RUNSTATE_blocked);
    assert_int_equal(runstate_of_waiting(VCPU_DOWN), RUNSTATE_offline);
    assert_int_equal(runstate_of_waiting(VCPU_PAUSED), RUNSTATE_offline);
    assert_int_equal(runstate_of_waiting(VCPU_PAUSED | VCPU_BLOCKED), RUNSTATE_blocked);
}

static void test_run_queue_is_round(void **state)
{
    struct run_queue q = {0};
    struct vcpu_run r[4] = {0};

    for (unsigned i = 0; i < 4; i++)
        run_queue_add(&q, &r[i]);
    run_queue_add(&q, &r[0]); /* queued already: keeps its place */
    assert_ptr_equal(run_queue_take(&q), &r[0]);
    run_queue_add(&q, &r[0]);
    run_queue_remove(&q, &r[2]);
    run_queue_remove(&q, &r[2]);
    assert_ptr_equal(run_queue_take(&q), &r[1]);
    assert_ptr_equal(run_queue_take(&q), &r[3]);
    run_queue_remove(&q, &r[0]); /* the last one */
    assert_true(run_queue_empty(&q));
    assert_null(run_queue_take(&q));
    run_queue_add(&q, &r[2]);
    assert_ptr_equal(run_queue_take(&q), &r[2]);
    assert_null(q.last);
}

static void test_sleepers_keep_their_slice(void **state)
{
    struct run_queue q = {0};
    struct vcpu_run r = {.weight = WEIGHT_DEFAULT}, other = {0};

    (void)state;
    assert_int_equal(run_begin(&r, 1000), 1000 + SLICE_DEFAULT_NS);
    assert_false(run_account(&r, 1000 + SLICE_DEFAULT_NS / 4));
    r.slept = 1000 + SLICE_DEFAULT_NS / 4;
    assert_true(run_woken(&r, r.slept + SLICE_DEFAULT_NS)); /* earned a quarter of its sleep */
    assert_int_equal(r.slice_left, SLICE_DEFAULT_NS);
    assert_int_equal(run_begin(&r, 0), SLICE_DEFAULT_NS);
    assert_false(run_account(&r, SLICE_DEFAULT_NS * 2)); /* more than all of it */
    assert_int_equal(r.slice_left, 0);
    r.slept = 100;
    assert_false(run_woken(&r, 100));
    assert_true(run_woken(&r, 104));
    assert_int_equal(run_begin(&r, 0), 1);
    run_queue_add(&q, &other);
    run_queue_add_first(&q, &r);
    run_queue_add_first(&q, &r);
    assert_ptr_equal(run_queue_take(&q), &r);
    assert_ptr_equal(run_queue_take(&q), &other);
    run_queue_add_first(&q, &r);
    run_queue_add(&q, &other);
    assert_ptr_equal(run_queue_take(&q), &r);
}

static void test_cap_bounds_a_period(void **state)
{
    struct vcpu_run r = {.weight = WEIGHT_DEFAULT, .cap = 10};
    const uint64_t budget = CAP_PERIOD_NS / 10, start = 5000;

    (void)state;
    assert_int_equal(run_begin(&r, start), start + budget);
    assert_false(run_account(&r, start + budget - 1));
    assert_int_equal(run_begin(&r, start + budget), start + budget + 1);
    assert_true(run_account(&r, start + budget + 1));
    assert_int_equal(r.period_end, start + CAP_PERIOD_NS);
    assert_int_equal(run_begin(&r, r.period_end - 1), r.period_end - 1);
    assert_int_equal(run_begin(&r, r.period_end), start + CAP_PERIOD_NS + budget);
}

static void test_slices_follow_weights(void **state)
{
    struct vcpu_run r = {.weight = WEIGHT_DEFAULT};

    assert_int_equal(run_slice(&r), SLICE_DEFAULT_NS);
    r.weight = WEIGHT_DEFAULT * 2;
    assert_int_equal(run_slice(&r), 2 * SLICE_DEFAULT_NS);
    r.weight = 1;
    assert_int_equal(run_slice(&r), SLICE_MIN_NS);
    r.weight = WEIGHT_MAX;
    assert_int_equal(run_slice(&r), SLICE_MAX_NS);
}

static void test_dates(void **state)
{
    static const struct {
        struct calendar_time t;
        uint64_t seconds;
    } known[] = {
        {{0, 0, 0, 1, 1, 1970}, 0},
        {{59, 59, 23, 31, 12, 1999}, 946684799},
        {{0, 0, 0, 29, 2, 2000}, 951782400},
        {{0, 0, 0, 1, 3, 2000}, 951868800},
        {{40, 46, 1, 9, 9, 2001}, 1000000000},
        {{0, 0, 12, 1, 3, 2023}, 1677672000},
        {{0, 0, 0, 1, 3, 2100}, 4107542400},
        {{0, 0, 0, 0, 1, 2000}, 0},  /* there is no such day, */
        {{0, 0, 0, 1, 13, 2000}, 0}, /* month, */
        {{0, 60, 0, 1, 1, 2000}, 0}, /* minute */
        {{0, 0, 0, 1, 1, 1969}, 0},
    };

    for (unsigned i = 0; i < sizeof(known) / sizeof(known[0]); i++)
        assert_int_equal(calendar_seconds(&known[i].t), known[i].seconds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_timers_come_in_order),
        cmocka_unit_test(test_timers_at_random),
        cmocka_unit_test(test_registration_is_bounded),
        cmocka_unit_test(test_set_timer_op_times),
        cmocka_unit_test(test_time_scales),
        cmocka_unit_test(test_inverse_scale),
        cmocka_unit_test(test_runstate_adds_up),
        cmocka_unit_test(test_state_of_waiting),
        cmocka_unit_test(test_run_queue_is_round),
        cmocka_unit_test(test_slices_follow_weights),
        cmocka_unit_test(test_sleepers_keep_their_slice),
        cmocka_unit_test(test_cap_bounds_a_period),
        cmocka_unit_test(test_dates),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
