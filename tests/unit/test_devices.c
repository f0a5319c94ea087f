// SPDX-License-Identifier: MIT
/* Rights to devices, kept as ranges, and the interrupts of devices. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include <abi/ringlet.h>

#include "core/errno.h"
#include "core/ranges.h"
#include "events/channel_bind.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "events/pirqs.h"
#include "fake_machine.h"

#define NUMBERS 300u

static void agree(const struct ranges *set, const bool in[NUMBERS])
{
    for (uint32_t i = 0; i < NUMBERS; i++)
        assert_int_equal(ranges_hold(set, i, i), in[i]);
    for (uint32_t i = 0; i < set->count; i++) {
        assert_true(set->range[i].first <= set->range[i].last);
        assert_true(i == 0 || set->range[i].first > set->range[i - 1].last + 1);
    }
}

/* Against a plain array of what is in. */
static void test_ranges_at_random(void **state)
{
    struct ranges set = {0};
    bool in[NUMBERS] = {0};

    (void)state;
    srand(1);
    for (unsigned step = 0; step < 3000; step++) {
        uint32_t first = (uint32_t)rand() % NUMBERS, last = first + (uint32_t)rand() % 8;
        bool add = rand() % 2;

        last = last < NUMBERS ? last : NUMBERS - 1;
        if (add ? ranges_add(&set, first, last) : ranges_remove(&set, first, last))
            for (uint32_t i = first; i <= last; i++)
                in[i] = add;
        agree(&set, in);
    }
}

static void test_ranges_at_the_ends(void **state)
{
    struct ranges set = {0};

    (void)state;
    assert_true(ranges_add(&set, UINT64_MAX - 1, UINT64_MAX));
    assert_true(ranges_add(&set, 0, 0));
    assert_true(ranges_hold(&set, UINT64_MAX, UINT64_MAX));
    assert_false(ranges_hold(&set, 0, 1));
    assert_true(ranges_add(&set, 0, UINT64_MAX));
    assert_int_equal(set.count, 1);
    assert_true(ranges_remove(&set, 5, 5));
    assert_false(ranges_hold(&set, 4, 6));
    assert_true(ranges_remove(&set, 0, UINT64_MAX));
    assert_int_equal(set.count, 0);
    for (uint64_t i = 0; i < RANGES_MAX; i++)
        assert_true(ranges_add(&set, 10 * i, 10 * i + 4));
    assert_false(ranges_add(&set, 5000, 5000));
    assert_false(ranges_remove(&set, 2, 2)); /* would split one */
    assert_true(ranges_hold(&set, 0, 4));
    assert_true(ranges_add(&set, 5, 9)); /* joins two */
    assert_int_equal(set.count, RANGES_MAX - 1);
}

static struct domain *owner, *stranger;

static struct shared_info_32 pages[2];

static struct domain *domain_with_events(uint16_t id, struct shared_info_32 *page)
{
    struct domain *d = fake_domain(id, false);

    *page = (struct shared_info_32){0};
    d->shared_info = page;
    d->vcpus[0]->info = (struct vcpu_upcall *)page;
    assert_int_equal(events_init(d), 0);
    return d;
}

static int start(void **state)
{
    (void)state;
    fake_machine_start(64);
    owner = domain_with_events(1, &pages[0]);
    stranger = domain_with_events(2, &pages[1]);
    fake_run(owner->vcpus[0]);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    pirqs_release(owner);
    pirqs_release(stranger);
    fake_machine_end();
    return 0;
}

static void test_line(void **state)
{
    uint32_t pirq, port, again;

    (void)state;
    assert_int_equal(pirq_map_line(owner, 4, &pirq), -EINVAL); /* the serial port's */
    assert_int_equal(pirq_map_line(owner, 24, &pirq), -EINVAL);
    assert_int_equal(pirq_map_line(owner, 10, &pirq), 0);
    assert_int_equal(pirq, 10);
    assert_int_equal(pirq_map_line(stranger, 10, &pirq), -EBUSY);
    assert_int_equal(channel_bind_pirq(stranger, 10, &port), -EPERM);
    assert_int_equal(fake_refusal.reason, REASON_irq_denied);
    assert_int_equal(channel_bind_pirq(owner, PIRQS, &port), -EINVAL);
    assert_int_equal(channel_bind_pirq(owner, 10, &port), 0);
    assert_int_equal(channel_bind_pirq(owner, 10, &again), -EEXIST);
    assert_int_equal(fake_interrupts.flags, 0x0f);
    fake_interrupts.handler(fake_interrupts.vector);
    assert_true(channel_is_pending(owner->events, port));
    assert_true(fake_interrupts.masked[10]); /* until the guest has seen to the device */
    assert_int_equal(pirq_end(stranger, 10), -EINVAL);
    assert_true(fake_interrupts.masked[10]);
    assert_int_equal(pirq_end(owner, 10), 0);
    assert_false(fake_interrupts.masked[10]);
    assert_int_equal(channel_close(owner, port), 0);
    assert_true(fake_interrupts.masked[10]);
    fake_interrupts.handler(fake_interrupts.vector); /* one that was on its way */
    assert_false(channel_is_pending(owner->events, port));
    assert_int_equal(pirq_unmap(stranger, 10), -EINVAL);
    assert_int_equal(pirq_unmap(owner, 10), 0);
    assert_int_equal(pirq_unmap(owner, 10), -EINVAL);
    fake_interrupts.handler(fake_interrupts.vector); /* on its way when the line was given back */
    assert_false(channel_is_pending(owner->events, port));
    assert_int_equal(pirq_map_line(stranger, 10, &pirq), 0);
}

/* What a line is said to be counts when it is bound next: the I/O APIC still has it level-triggered until then. */
static void test_line_told_late(void **state)
{
    uint32_t pirq, port;

    (void)state;
    assert_int_equal(pirq_map_line(owner, 11, &pirq), 0);
    assert_int_equal(channel_bind_pirq(owner, 11, &port), 0);
    assert_true(pirq_line_configure(11, 0x05)); /* edge, active high */
    fake_interrupts.handler(fake_interrupts.vector);
    assert_true(fake_interrupts.masked[11]); /* or it would come again at once, for ever */
    assert_int_equal(pirq_end(owner, 11), 0);
    assert_false(fake_interrupts.masked[11]);
    assert_int_equal(channel_close(owner, port), 0);
    assert_int_equal(channel_bind_pirq(owner, 11, &port), 0);
    assert_int_equal(fake_interrupts.flags, 0x05);
    fake_interrupts.handler(fake_interrupts.vector);
    assert_false(fake_interrupts.masked[11]);
}

static void test_message(void **state)
{
    uint32_t pirq, same, port;

    (void)state;
    assert_int_equal(pirq_map_message(owner, 0x800, 9, &pirq), -ENXIO);
    assert_int_equal(pirq_map_message(owner, 0x800, 1, &pirq), 0);
    assert_int_equal(pirq_map_message(owner, 0x800, 1, &same), 0);
    assert_int_equal(same, pirq);
    assert_int_equal(pirq_map_message(stranger, 0x800, 1, &same), -EBUSY);
    assert_true(fake_interrupts.message_masked);
    assert_int_equal(channel_bind_pirq(owner, pirq, &port), 0);
    assert_false(fake_interrupts.message_masked);
    fake_interrupts.handler(fake_interrupts.vector);
    assert_false(fake_interrupts.message_masked);
    assert_true(channel_is_pending(owner->events, port));
    assert_int_equal(pirq_unmap(owner, pirq), 0);
    assert_true(fake_interrupts.message_masked);
    assert_int_equal(channel_close(owner, port), 0);
}

/* There are only so many vectors: the last refusal changes nothing, and what is given back can be had again. */
static void test_vectors_run_out(void **state)
{
    uint32_t pirq, count = 0;

    (void)state;
    while (pirq_map_message(owner, 0x1000 + 0x100 * (count / 4), count % 4, &pirq) == 0)
        count++;
    assert_int_equal(fake_refusal.reason, REASON_irq_in_use);
    assert_in_range(count, 20, 32);
    pirqs_release(owner);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(pirq_map_message(stranger, 0x1000 + 0x100 * (i / 4), i % 4, &pirq), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges_at_random),
        cmocka_unit_test(test_ranges_at_the_ends),
        cmocka_unit_test_setup_teardown(test_line, start, stop),
        cmocka_unit_test_setup_teardown(test_line_told_late, start, stop),
        cmocka_unit_test_setup_teardown(test_message, start, stop),
        cmocka_unit_test_setup_teardown(test_vectors_run_out, start, stop),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
