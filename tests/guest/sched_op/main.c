/* SPDX-License-Identifier: MIT */
/*
 * sched_op and its older form: yield, block, poll, watchdogs, the codes of a shutdown, and what is refused. The
 * commands that end the domain have tests of their own.
 *
 * Time is counted in instructions, so that a busy host does not matter.
 * run-qemu: -icount shift=4,sleep=off
 */
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>

#define BAD_POINTER 0xf6000000u
#define NO_DOMAIN 77

static int32_t raw(uint32_t command, uint32_t address)
{
    return hypercall(__HYPERVISOR_sched_op, command, address, 0, 0, 0);
}

static int32_t compat(uint32_t command, uint32_t argument)
{
    return hypercall(__HYPERVISOR_sched_op_compat, command, argument, 0, 0, 0);
}

static uint32_t new_ipi(void)
{
    evtchn_bind_ipi_t b = {.vcpu = 0};

    expect_ok(event_channel_op_bind_ipi(&b));
    shared_page.evtchn_mask[b.port / 32] |= 1u << (b.port % 32);
    return b.port;
}

static void send_to(uint32_t port)
{
    evtchn_send_t send = {.port = port};

    expect_ok(event_channel_op_send(&send));
}

static void clear(uint32_t port)
{
    shared_page.evtchn_pending[port / 32] &= ~(1u << (port % 32));
}

static int32_t poll(uint32_t *ports, uint32_t count, uint64_t timeout)
{
    sched_poll_t p = {.ports = hypercall_address(ports), .nr_ports = count, .timeout = timeout};

    return sched_op_poll(&p);
}

static void test_yield(void)
{
    expect_ok(sched_op_yield());
    expect_ok(raw(SCHEDOP_yield, BAD_POINTER)); /* no argument */
    expect_ok(compat(SCHEDOP_yield, 0));
    expect(shared_vcpu->evtchn_upcall_mask);
}

/* With an event waiting, block unmasks, does not sleep, and the upcall is taken on the way out. */
static volatile unsigned int upcalls;

static void count_event(uint32_t port, void *context)
{
    (void)port;
    (void)context;
    upcalls++;
}

static void test_block(void)
{
    int port = event_bind_ipi(0, count_event, NULL);

    expect(port > 0);
    send_to((uint32_t)port);
    expect_equal(upcalls, 0);
    expect_ok(sched_op_block());
    expect_equal(upcalls, 1);
    expect(!shared_vcpu->evtchn_upcall_mask);
    upcalls_mask();
    send_to((uint32_t)port);
    expect_ok(compat(SCHEDOP_block, 0));
    expect_equal(upcalls, 2);
    upcalls_mask();

    /* With nothing waiting it sleeps until something comes: here the timer. */
    int timer = time_timer_init(count_event, NULL);
    uint64_t start = time_now();
    expect(timer > 0);
    expect_ok(time_timer_set(start + 5 * TIME_MILLISECOND));
    upcalls = 0;
    while (!upcalls)
        expect_ok(sched_op_block());
    expect(time_now() - start >= 4 * TIME_MILLISECOND, "%llu ns", time_now() - start);
    upcalls_mask();
    expect_ok(event_close((uint32_t)timer));
    expect_ok(event_close((uint32_t)port));
}

static void test_poll(void)
{
    uint32_t ports[2] = {new_ipi(), new_ipi()};
    uint64_t start = time_now();

    shared_vcpu->evtchn_upcall_pending = 0;
    /* Until the time given, upcalls masked as they are. */
    expect_ok(poll(ports, 2, start + 5 * TIME_MILLISECOND));
    expect(time_now() >= start + 5 * TIME_MILLISECOND, "%llu ns too early",
           start + 5 * TIME_MILLISECOND - time_now());
    start = time_now();
    expect_ok(poll(ports, 1, start + 5 * TIME_MILLISECOND));
    expect(time_now() >= start + 5 * TIME_MILLISECOND);
    start = time_now();
    expect_ok(poll(NULL, 0, start + 5 * TIME_MILLISECOND));
    expect(time_now() >= start + 5 * TIME_MILLISECOND);
    /* A time that has passed does not wait. */
    expect_ok(poll(ports, 2, 1));
    /* System time is signed: these have passed, too. */
    expect_ok(poll(ports, 2, 1ull << 63));
    expect_ok(poll(ports, 2, ~0ull));
    /* Not with a port that is pending, masked or not. */
    send_to(ports[1]);
    start = time_now();
    expect_ok(poll(ports, 2, start + 3 * TIME_SECOND));
    expect_ok(poll(&ports[1], 1, 0));
    expect(time_now() < start + TIME_SECOND);
    expect(shared_vcpu->evtchn_upcall_mask);
    clear(ports[1]);
    /* Ports that are not asked for do not end it. */
    send_to(ports[0]);
    start = time_now();
    expect_ok(poll(&ports[1], 1, start + 5 * TIME_MILLISECOND));
    expect(time_now() >= start + 5 * TIME_MILLISECOND);
    clear(ports[0]);
    expect_ok(event_close(ports[0]));
    expect_ok(event_close(ports[1]));
}

static void test_poll_refusals(void)
{
    static uint32_t many[129];
    uint32_t bad = EVTCHN_2L_NR_CHANNELS;
    uint64_t soon = time_now() + TIME_MILLISECOND;

    expect_errno(raw(SCHEDOP_poll, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(poll(many, 129, soon), -XEN_EINVAL);
    expect_reason(REASON_poll_ports);
    expect_errno(poll(many, 0xffffffff, soon), -XEN_EINVAL);
    many[0] = new_ipi();
    for (unsigned int i = 1; i < 128; i++)
        many[i] = many[0];
    expect_ok(poll(many, 128, soon)); /* as many as there may be */
    expect_errno(poll(&bad, 1, soon), -XEN_EINVAL);
    expect_reason(REASON_port_invalid);
    bad = 0; /* exists, but is nobody's */
    expect_errno(poll(&bad, 1, soon), -XEN_EINVAL);
    expect_reason(REASON_port_free);
    bad = many[0];
    expect_ok(event_close(bad));
    expect_errno(poll(&bad, 1, soon), -XEN_EINVAL);
    expect_reason(REASON_port_free);
    expect_errno(poll((uint32_t *)BAD_POINTER, 1, soon), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(poll((uint32_t *)0xfffffffc, 2, soon), -XEN_EFAULT);
}

static void test_watchdog(void)
{
    sched_watchdog_t w = {.id = 0, .timeout = 60}, bad;

    expect_equal(sched_op_watchdog(&w), 1);
    expect_equal(sched_op_watchdog(&w), 2);
    expect_errno(sched_op_watchdog(&w), -XEN_ENOSPC);
    expect_reason(REASON_watchdogs_exhausted);
    w.id = 2; /* feed, then end it */
    expect_ok(sched_op_watchdog(&w));
    w.timeout = 0;
    expect_ok(sched_op_watchdog(&w));
    expect_errno(sched_op_watchdog(&w), -XEN_EINVAL);
    expect_reason(REASON_watchdog_invalid);
    w.id = 1;
    expect_ok(sched_op_watchdog(&w));
    bad = (sched_watchdog_t){.id = 3, .timeout = 1};
    expect_errno(sched_op_watchdog(&bad), -XEN_EINVAL);
    expect_reason(REASON_watchdog_invalid);
    bad.id = 0xffffffff;
    expect_errno(sched_op_watchdog(&bad), -XEN_EINVAL);
    expect_errno(raw(SCHEDOP_watchdog, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
}

static void test_refusals(void)
{
    sched_remote_shutdown_t remote = {.domain_id = NO_DOMAIN, .reason = SHUTDOWN_poweroff};
    sched_pin_override_t pin = {.pcpu = -1};

    expect_errno(sched_op_remote_shutdown(&remote), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    remote.domain_id = DOMID_SELF; /* not a name here: it is for others */
    expect_errno(sched_op_remote_shutdown(&remote), -XEN_ESRCH);
    expect_errno(raw(SCHEDOP_remote_shutdown, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(SCHEDOP_shutdown, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(SCHEDOP_shutdown_code, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(sched_op_pin_override(&pin), -XEN_EINVAL); /* nothing to undo */
    expect_reason(REASON_vcpu_pin);
    pin.pcpu = 4000;
    expect_errno(sched_op_pin_override(&pin), -XEN_EINVAL);
    pin.pcpu = 0;
    expect_ok(sched_op_pin_override(&pin));
    expect_errno(sched_op_pin_override(&pin), -XEN_EBUSY);
    pin.pcpu = -1;
    expect_ok(sched_op_pin_override(&pin));
    expect_errno(sched_op_pin_override(&pin), -XEN_EINVAL);
    expect_errno(raw(SCHEDOP_pin_override, BAD_POINTER), -XEN_EFAULT);
    expect_errno(raw(8, 0), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(raw(0xffffffff, 0), -XEN_ENOSYS);
    expect_errno(compat(SCHEDOP_poll, 0), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
}

static void test_suspend(void)
{
    sched_shutdown_t s = {.reason = SHUTDOWN_suspend};
    int port = event_bind_virq(VIRQ_CON_RING, 0, count_event, NULL);

    expect(port > 0);
    if (!on_ringlet()) /* the reference restarts the machine */
        return;
    /* Nobody resumes an initial domain: cancelled. The hypervisor says so, and that it said something. */
    upcalls = 0;
    expect_equal(sched_op_shutdown(&s), 1);
    upcalls_unmask();
    upcalls_mask();
    expect_equal(upcalls, 1);
    console_write("What a domain says itself is no news.\n", 38);
    upcalls_unmask();
    upcalls_mask();
    expect_equal(upcalls, 1);
    expect_ok(event_close((uint32_t)port));
}

GUEST_TEST("sched_op")
{
    events_init();
    test_yield();
    test_block();
    test_poll();
    test_poll_refusals();
    test_watchdog();
    test_refusals();
    test_suspend();
}
