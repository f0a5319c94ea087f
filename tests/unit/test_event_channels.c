// SPDX-License-Identifier: MIT
/* Event channels: bindings, the three levels of bits for both widths, notification, polls, and refusals that change nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/why.h"
#include "domain/domain.h"
#include "events/channel_bind.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "fake_machine.h"
#include "memory/frame_alloc.h"

#define FRAMES 256u

static struct domain *a, *b;
static uint64_t free_frames;
static unsigned wakes;

/* domain/scheduler.c is not part of this test. */
void vcpu_wake(struct vcpu *v)
{
    wakes++;
    poll_end(v);
    v->blocked &= ~(uint32_t)VCPU_BLOCKED;
}

static struct domain *domain(uint16_t id, enum guest_width width)
{
    struct domain *d = fake_domain(id, id == 0);
    size_t info = width == GUEST_32 ? sizeof(struct vcpu_info_32) : sizeof(struct vcpu_info_64);

    d->width = width;
    d->shared_info = calloc(1, PAGE_SIZE);
    d->vcpus[1] = calloc(1, sizeof(struct vcpu));
    d->vcpus[1]->domain = d;
    d->vcpus[1]->id = 1;
    d->vcpu_count = 2;
    for (unsigned i = 0; i < 2; i++)
        d->vcpus[i]->info = (struct vcpu_upcall *)((uint8_t *)d->shared_info + i * info);
    assert_int_equal(events_init(d), 0);
    return d;
}

static void domain_end(struct domain *d)
{
    events_destroy(d);
    free(d->vcpus[1]);
    d->vcpus[1] = NULL;
    free(d->shared_info);
}

static int start_width(enum guest_width width)
{
    fake_machine_start(FRAMES);
    free_frames = 0;
    wakes = 0;
    a = domain(0, width);
    b = domain(1, GUEST_32);
    return 0;
}

static int start_32(void **state)
{
    return start_width(GUEST_32);
}

static int start_64(void **state)
{
    return start_width(GUEST_64);
}

static int end(void **state)
{
    domain_end(a);
    domain_end(b);
    fake_machine_end();
    return 0;
}

static struct shared_info_32 *shared(const struct domain *d)
{
    return d->shared_info;
}

static uint32_t status_of(struct domain *d, uint32_t port)
{
    struct evtchn_status s = {0};

    assert_int_equal(channel_status(d, port, &s), 0);
    return s.status;
}

/* Two ends of one connection: of a and of b. The first event, which comes with it, has been dealt with. */
static void connect(uint32_t *of_a, uint32_t *of_b)
{
    assert_int_equal(channel_alloc_unbound(a, b->id, of_a), 0);
    assert_int_equal(channel_bind_interdomain(b, a, *of_a, of_b), 0);
    memset(shared(b)->evtchn_pending, 0, sizeof(shared(b)->evtchn_pending));
    b->vcpus[0]->info->pending = 0;
    shared(b)->vcpu_info[0].evtchn_pending_sel = 0;
}

static void test_send_walks_the_levels(void **state)
{
    uint32_t of_a, of_b;

    connect(&of_a, &of_b);
    assert_int_equal(channel_send(a, of_a), 0);
    assert_int_equal(shared(b)->evtchn_pending[of_b / 32], 1u << of_b % 32);
    assert_int_equal(shared(b)->vcpu_info[0].evtchn_pending_sel, 1u << of_b / 32);
    assert_int_equal(b->vcpus[0]->info->pending, 1);
    /* The guest cleared the upper levels but not the port: it has not looked yet, nothing is raised again. */
    b->vcpus[0]->info->pending = 0;
    shared(b)->vcpu_info[0].evtchn_pending_sel = 0;
    assert_int_equal(channel_send(a, of_a), 0);
    assert_int_equal(b->vcpus[0]->info->pending, 0);
    assert_int_equal(channel_close(a, of_a), 0);
    assert_int_equal(channel_close(b, of_b), 0);
}

static void test_masked_port_stops_at_its_bit(void **state)
{
    uint32_t of_a, of_b;

    connect(&of_a, &of_b);
    shared(b)->evtchn_mask[of_b / 32] |= 1u << of_b % 32;
    assert_int_equal(channel_send(a, of_a), 0);
    assert_true(channel_is_pending(b->events, of_b));
    assert_int_equal(shared(b)->vcpu_info[0].evtchn_pending_sel, 0);
    assert_int_equal(b->vcpus[0]->info->pending, 0);
    assert_int_equal(channel_unmask_port(b, of_b), 0); /* makes up for it */
    assert_int_equal(shared(b)->evtchn_mask[of_b / 32], 0);
    assert_int_equal(b->vcpus[0]->info->pending, 1);
    b->vcpus[0]->info->pending = 0;
    assert_int_equal(channel_unmask_port(b, of_b), 0); /* was not masked: nothing to make up for */
    assert_int_equal(b->vcpus[0]->info->pending, 0);
}

static void test_notifies_the_vcpu_chosen(void **state)
{
    uint32_t of_a, of_b;

    connect(&of_a, &of_b);
    b->vcpus[1]->blocked = VCPU_BLOCKED;
    assert_int_equal(channel_bind_vcpu(b, of_b, 1), 0);
    assert_int_equal(channel_send(a, of_a), 0);
    assert_int_equal(b->vcpus[0]->info->pending, 0);
    assert_int_equal(b->vcpus[1]->info->pending, 1);
    assert_int_equal(wakes, 1);
    assert_int_equal(b->vcpus[1]->blocked, 0);
}

static void test_polls(void **state)
{
    struct vcpu *v = b->vcpus[0];
    uint32_t of_a, of_b, other;

    connect(&of_a, &of_b);
    assert_int_equal(channel_bind_ipi(b, 0, &other), 0);
    memset(shared(b)->evtchn_mask, 0xff, sizeof(shared(b)->evtchn_mask));
    poll_begin(v);
    poll_narrow(v, of_b);
    assert_int_equal(channel_send(b, other), 0); /* not the one it waits for */
    assert_int_equal(wakes, 0);
    assert_int_equal(channel_send(a, of_a), 0); /* masked, and yet */
    assert_int_equal(wakes, 1);
    assert_int_equal(b->events->pollers, 0);
    memset(shared(b)->evtchn_pending, 0, sizeof(shared(b)->evtchn_pending));
    poll_begin(v); /* any port */
    assert_int_equal(channel_send(b, other), 0);
    assert_int_equal(wakes, 2);
    poll_end(v); /* does not wait: nothing */
    assert_int_equal(b->events->pollers, 0);
}

static void test_close_leaves_the_far_end_open(void **state)
{
    struct evtchn_status s = {0};
    uint32_t of_a, of_b, again;

    connect(&of_a, &of_b);
    assert_int_equal(channel_close(b, of_b), 0);
    assert_int_equal(channel_status(a, of_a, &s), 0);
    assert_int_equal(s.status, EVTCHNSTAT_unbound);
    assert_int_equal(s.u.unbound.dom, b->id);
    assert_int_equal(status_of(b, of_b), EVTCHNSTAT_closed);
    assert_int_equal(channel_send(a, of_a), 0); /* to nobody */
    assert_int_equal(channel_bind_interdomain(b, a, of_a, &again), 0);
    assert_int_equal(again, of_b);
    assert_true(channel_is_pending(b->events, again)); /* what was lost meanwhile */
}

static void test_own_two_ends(void **state)
{
    uint32_t first, second;

    assert_int_equal(channel_alloc_unbound(a, a->id, &first), 0);
    assert_int_equal(channel_bind_interdomain(a, a, first, &second), 0);
    assert_int_equal(channel_send(a, first), 0);
    assert_true(channel_is_pending(a->events, second));
    assert_int_equal(channel_close(a, first), 0);
    assert_int_equal(status_of(a, second), EVTCHNSTAT_unbound);
    assert_int_equal(channel_close(a, second), 0);
}

static void test_interdomain_refusals(void **state)
{
    uint32_t of_a, of_b, port = 77;

    assert_int_equal(channel_bind_interdomain(b, a, 5, &port), -EINVAL); /* free */
    assert_int_equal(fake_refusal.reason, REASON_port_wrong_kind);
    assert_int_equal(channel_bind_interdomain(b, a, 64, &port), -EINVAL); /* does not exist yet */
    assert_int_equal(fake_refusal.reason, REASON_port_invalid);
    assert_int_equal(channel_alloc_unbound(a, 7, &of_a), 0);
    assert_int_equal(channel_bind_interdomain(b, a, of_a, &port), -EINVAL); /* for domain 7 */
    assert_int_equal(fake_refusal.reason, REASON_port_not_for_us);
    assert_int_equal(status_of(a, of_a), EVTCHNSTAT_unbound);
    connect(&of_a, &of_b);
    assert_int_equal(channel_bind_interdomain(b, a, of_a, &port), -EINVAL); /* taken */
    assert_int_equal(fake_refusal.reason, REASON_port_wrong_kind);
    assert_int_equal(port, 77);
}

/* A handler's end gives its VIRQ back to the initial domain, for good: its number may be another's one day. */
static void test_virq_handler_ends(void **state)
{
    uint32_t theirs, ours;

    (void)state;
    assert_int_equal(channel_bind_virq(a, VIRQ_DOM_EXC, 0, &ours), 0);
    assert_int_equal(channel_bind_virq(b, VIRQ_DOM_EXC, 0, &theirs), 0);
    virq_set_handler(VIRQ_DOM_EXC, b->id);
    virq_send_to_handler(VIRQ_DOM_EXC);
    assert_true(channel_is_pending(b->events, theirs));
    assert_false(channel_is_pending(a->events, ours));
    b->dying = true;
    virq_send_to_handler(VIRQ_DOM_EXC);
    assert_true(channel_is_pending(a->events, ours));
    b->dying = false; /* as a new one */
    assert_int_equal(channel_close(a, ours), 0);
    assert_int_equal(channel_bind_virq(a, VIRQ_DOM_EXC, 0, &ours), 0);
    assert_false(channel_is_pending(a->events, ours));
    virq_send_to_handler(VIRQ_DOM_EXC);
    assert_true(channel_is_pending(a->events, ours));
}

static void test_virqs(void **state)
{
    uint32_t timer0, timer1, console, port = 0;

    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 0, &timer0), 0);
    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 1, &timer1), 0);
    assert_int_equal(channel_bind_virq(a, VIRQ_CONSOLE, 0, &console), 0);
    virq_send(a->vcpus[1], VIRQ_TIMER);
    assert_true(channel_is_pending(a->events, timer1) && !channel_is_pending(a->events, timer0));
    assert_int_equal(a->vcpus[1]->info->pending, 1);
    assert_int_equal(channel_bind_vcpu(a, console, 1), 0);
    virq_send_global(a, VIRQ_CONSOLE);
    assert_true(channel_is_pending(a->events, console));
    assert_int_equal(a->vcpus[0]->info->pending, 0);
    virq_send(a->vcpus[0], VIRQ_DEBUG); /* not bound: nobody hears it */
    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 0, &port), -EEXIST);
    assert_int_equal(fake_refusal.reason, REASON_virq_bound);
    assert_int_equal(channel_bind_virq(a, VIRQ_CONSOLE, 1, &port), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_virq_not_vcpu0);
    assert_int_equal(channel_bind_virq(a, NR_VIRQS, 0, &port), -EINVAL);
    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 2, &port), -ENOENT);
    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 0xffffffff, &port), -ENOENT);
    assert_int_equal(channel_bind_vcpu(a, timer0, 1), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_port_pinned_vcpu);
    assert_int_equal(channel_send(a, timer0), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_port_wrong_kind);
    assert_int_equal(channel_close(a, timer0), 0);
    assert_int_equal(channel_bind_virq(a, VIRQ_TIMER, 0, &port), 0); /* closing unbinds */
}

/* All ports but 0, each once; then none; after closing all, as before. */
static void test_every_port(void **state)
{
    uint32_t most = a->events->ports, port;

    assert_int_equal(a->events->valid, PORTS_AT_ONCE);
    for (uint32_t i = 1; i < most; i++) {
        assert_int_equal(channel_bind_ipi(a, i % 2, &port), 0);
        assert_int_equal(port, i);
    }
    assert_int_equal(channel_bind_ipi(a, 0, &port), -ENOSPC);
    assert_int_equal(fake_refusal.reason, REASON_no_free_port);
    assert_int_equal(channel_alloc_unbound(a, 1, &port), -ENOSPC);
    assert_int_equal(channel_bind_virq(a, VIRQ_DEBUG, 0, &port), -ENOSPC);
    for (uint32_t i = 1; i < most; i++)
        assert_int_equal(channel_send(a, i), 0);
    for (uint32_t i = 0; i < most / 32; i++)
        assert_int_equal(a->events->pending[i], i ? 0xffffffff : 0xfffffffe);
    channel_close_all(a);
    for (uint32_t i = 0; i < most / 32; i++)
        assert_int_equal(a->events->pending[i], 0);
    assert_int_equal(channel_bind_ipi(a, 0, &port), 0);
    assert_int_equal(port, 1);
}

static void test_selector_of_a_64_bit_guest(void **state)
{
    struct shared_info_64 *s = a->shared_info;
    uint32_t port;

    assert_int_equal(a->events->ports, 4096);
    do
        assert_int_equal(channel_bind_ipi(a, 1, &port), 0);
    while (port < 4000);
    assert_int_equal(channel_send(a, 4000), 0);
    assert_int_equal(s->evtchn_pending[4000 / 64], 1ull << 4000 % 64);
    assert_int_equal(s->vcpu_info[1].evtchn_pending_sel, 1ull << 4000 / 64);
    assert_int_equal(s->vcpu_info[1].evtchn_upcall_pending, 1);
    s->vcpu_info[1].evtchn_upcall_pending = 0;
    events_mark_all(a->vcpus[1]);
    assert_int_equal(s->vcpu_info[1].evtchn_pending_sel, UINT64_MAX);
    assert_int_equal(s->vcpu_info[1].evtchn_upcall_pending, 1);
}

static void test_ports_without_use(void **state)
{
    struct evtchn_status s = {0};
    uint32_t wrong[] = {PORTS_AT_ONCE, 4096, 0xffffffff};

    for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++) {
        assert_int_equal(channel_send(b, wrong[i]), -EINVAL);
        assert_int_equal(fake_refusal.reason, REASON_port_invalid);
        assert_int_equal(channel_close(b, wrong[i]), -EINVAL);
        assert_int_equal(channel_unmask_port(b, wrong[i]), -EINVAL);
        assert_int_equal(channel_bind_vcpu(b, wrong[i], 0), -EINVAL);
        assert_int_equal(channel_status(b, wrong[i], &s), -EINVAL);
    }
    for (uint32_t port = 0; port < 2; port++) { /* reserved, free */
        assert_int_equal(channel_close(b, port), -EINVAL);
        assert_int_equal(fake_refusal.reason, REASON_port_free);
        assert_int_equal(channel_send(b, port), -EINVAL);
        assert_int_equal(channel_bind_vcpu(b, port, 0), -EINVAL);
        assert_int_equal(status_of(b, port), EVTCHNSTAT_closed);
        assert_false(channel_in_use(b->events, port));
    }
}

/* A domain that ends gives its frames back; one that cannot get any is refused and changes nothing. */
static void test_memory(void **state)
{
    mfn_t taken[FRAMES];
    unsigned n = 0;
    uint32_t port;

    while (n < FRAMES && !mfn_equal(taken[n] = frame_alloc(0, 0), MFN_NONE))
        n++;
    for (uint32_t i = 1; i < CHANNELS_IN_PAGE; i++)
        assert_int_equal(channel_bind_ipi(b, 0, &port), 0);
    assert_int_equal(channel_bind_ipi(b, 0, &port), -ENOSPC); /* the next page of channels cannot be had */
    assert_int_equal(status_of(b, 255), EVTCHNSTAT_ipi);
    while (n)
        frame_free(taken[--n], 0);
    assert_int_equal(channel_bind_ipi(b, 0, &port), 0);
    free_frames = frame_free_count();
    domain_end(b);
    assert_int_equal(frame_free_count(), free_frames + 3); /* the state and two pages of channels */
    b = domain(2, GUEST_32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_send_walks_the_levels, start_32, end),
        cmocka_unit_test_setup_teardown(test_masked_port_stops_at_its_bit, start_32, end),
        cmocka_unit_test_setup_teardown(test_notifies_the_vcpu_chosen, start_32, end),
        cmocka_unit_test_setup_teardown(test_polls, start_32, end),
        cmocka_unit_test_setup_teardown(test_close_leaves_the_far_end_open, start_32, end),
        cmocka_unit_test_setup_teardown(test_own_two_ends, start_32, end),
        cmocka_unit_test_setup_teardown(test_interdomain_refusals, start_32, end),
        cmocka_unit_test_setup_teardown(test_virqs, start_32, end),
        cmocka_unit_test_setup_teardown(test_virq_handler_ends, start_32, end),
        cmocka_unit_test_setup_teardown(test_every_port, start_64, end),
        cmocka_unit_test_setup_teardown(test_selector_of_a_64_bit_guest, start_64, end),
        cmocka_unit_test_setup_teardown(test_ports_without_use, start_32, end),
        cmocka_unit_test_setup_teardown(test_memory, start_32, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
