/* SPDX-License-Identifier: MIT */
/*
 * The kit's events and time: ports reach their handlers, masks hold them back without losing any, time goes on.
 */
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

static volatile unsigned int counts[4];

static void count_event(uint32_t port, void *context)
{
    counts[(uint32_t)context]++;
}

static void test_ipi(void)
{
    int port = event_bind_ipi(0, count_event, (void *)0);

    if (!expect(port > 0, "port %d", port)) {
        return;
    }
    expect_ok(event_send((uint32_t)port));
    expect_equal(counts[0], 0);
    expect(event_is_pending((uint32_t)port));
    upcalls_unmask();
    expect_equal(counts[0], 1);
    expect_ok(event_send((uint32_t)port));
    expect_equal(counts[0], 2);
    event_mask((uint32_t)port);
    expect_ok(event_send((uint32_t)port));
    expect_equal(counts[0], 2);
    event_unmask((uint32_t)port);
    expect_equal(counts[0], 3);
    upcalls_mask();
    expect_ok(event_close((uint32_t)port));
    expect_errno(event_send((uint32_t)port), -XEN_EINVAL);
}

static void test_loop(void)
{
    int offered = event_offer(DOMID_SELF, count_event, (void *)1);
    expect(offered > 0, "port %d", offered);
    int connected = event_connect(DOMID_SELF, (uint32_t)offered, count_event, (void *)2);
    if (!expect(connected > 0, "port %d", connected)) {
        return;
    }

    /* A bound port starts out pending in the reference: see it off first. */
    upcalls_unmask();
    counts[1] = counts[2] = 0;
    expect_ok(event_send((uint32_t)connected));
    expect_equal(counts[1], 1);
    expect_ok(event_send((uint32_t)offered));
    expect_equal(counts[2], 1);
    upcalls_mask();
    expect_ok(event_send((uint32_t)offered));
    expect_equal(counts[2], 1);
    events_dispatch();
    expect_equal(counts[2], 2);
    expect_ok(event_close((uint32_t)connected));
    expect_ok(event_close((uint32_t)offered));
}

static void test_timer(void)
{
    int port = time_timer_init(count_event, (void *)3);
    if (!expect(port > 0, "port %d", port)) {
        return;
    }

    uint64_t start = time_now();
    expect_ok(time_timer_set(start + 20 * TIME_MILLISECOND));
    do {
        time_block();
    } while (time_now() < start + 20 * TIME_MILLISECOND && counts[3] < 3);
    expect(counts[3] > 0);
    uint64_t waited = time_now() - start;
    expect(waited >= 20 * TIME_MILLISECOND, "%llu ns", waited);
    expect(waited < 2 * TIME_SECOND, "%llu ns", waited);
    upcalls_mask();

    start = time_now();
    time_sleep(10 * TIME_MILLISECOND);
    waited = time_now() - start;
    expect(waited >= 10 * TIME_MILLISECOND && waited < 2 * TIME_SECOND, "%llu ns", waited);
    expect(time_tsc_khz() > 100000, "%u kHz", time_tsc_khz());
    /* Not before 2020, and not in the next century. */
    expect(time_wall().seconds > 1577836800 && time_wall().seconds < 4102444800, "%llu s",
           time_wall().seconds);
}

GUEST_TEST("events and time")
{
    events_init();
    test_ipi();
    test_loop();
    test_timer();
}
