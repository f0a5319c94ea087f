/* SPDX-License-Identifier: MIT */
/*
 * Time and timers: set_timer_op, the one-shot and periodic timers of vcpu_op, the published clock, runstate, and the areas
 * a guest registers.
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
#define MS TIME_MILLISECOND

static volatile unsigned int ticks;

static void tick(uint32_t port, void *context)
{
    (void)port;
    (void)context;
    ticks++;
}

static int32_t raw(uint32_t command, uint32_t vcpu, uint32_t address)
{
    return hypercall(__HYPERVISOR_vcpu_op, command, vcpu, address, 0, 0);
}

/* Runs with upcalls unmasked for so long. */
static void spin(uint64_t ns)
{
    uint64_t end = time_now() + ns;

    upcalls_unmask();
    while (time_now() < end)
        ;
    upcalls_mask();
}

/* Blocks until a tick or the limit; returns how long it took. */
static uint64_t wait_for_tick(uint64_t limit)
{
    uint64_t start = time_now();

    ticks = 0;
    while (!ticks && time_now() - start < limit) {
        upcalls_unmask();
        __asm__ volatile("pause");
    }
    upcalls_mask();
    return time_now() - start;
}

static void test_clock(void)
{
    uint64_t last = time_now();
    uint32_t version = shared_vcpu->time.version;

    expect(version != 0 && version % 2 == 0, "version %u", version);
    expect(shared_vcpu->time.tsc_to_system_mul >= 0x80000000u);
    for (unsigned int i = 0; i < 1000; i++) {
        uint64_t now = time_now();
        if (now < last) {
            expect(now >= last, "%llu then %llu", last, now);
            break;
        }
        last = now;
    }
    expect(last < 3600 * TIME_SECOND, "%llu ns since boot", last);
    expect_equal(shared_page.wc_version % 2, 0);
    expect(shared_page.wc_nsec < 1000000000, "%u ns", shared_page.wc_nsec);
    expect_equal(shared_page.arch.wc_sec_hi, 0);
}

static void test_set_timer_op(void)
{
    uint64_t start = time_now(), took;

    expect_ok(hypercall_set_timer_op(start + 10 * MS));
    took = wait_for_tick(TIME_SECOND);
    expect_equal(ticks, 1);
    expect(took >= 5 * MS, "after %llu ns", took);
    /* A time that has passed fires at once. */
    expect_ok(hypercall_set_timer_op(1));
    took = wait_for_tick(TIME_SECOND);
    expect(ticks == 1 && took < 50 * MS, "%u ticks in %llu ns", ticks, took);
    /* 0 stops it, and a new time takes the place of the old. */
    expect_ok(hypercall_set_timer_op(time_now() + 5 * MS));
    expect_ok(hypercall_set_timer_op(0));
    wait_for_tick(20 * MS);
    expect_equal(ticks, 0);
    expect_ok(hypercall_set_timer_op(time_now() + 2 * MS));
    expect_ok(hypercall_set_timer_op(time_now() + 30 * MS));
    took = wait_for_tick(TIME_SECOND);
    expect(ticks == 1 && took >= 25 * MS, "%u ticks in %llu ns", ticks, took);
    /* Wrapped or absurd times come from a guest's broken arithmetic: looked at again in 100 ms. */
    start = time_now();
    expect_ok(hypercall_set_timer_op(~0ull));
    took = wait_for_tick(TIME_SECOND);
    expect(ticks == 1 && took >= 95 * MS && took < 600 * MS, "%u ticks in %llu ns", ticks, took);
    expect_ok(hypercall_set_timer_op(time_now() + (3ull << 50)));
    took = wait_for_tick(TIME_SECOND);
    expect(ticks == 1 && took >= 95 * MS && took < 600 * MS, "%u ticks in %llu ns", ticks, took);
    /* Just below that it is believed. */
    expect_ok(hypercall_set_timer_op(time_now() + (1ull << 49)));
    wait_for_tick(150 * MS);
    expect_equal(ticks, 0);
    expect_ok(hypercall_set_timer_op(0));
}

static void test_singleshot(void)
{
    vcpu_set_singleshot_timer_t t = {.timeout_abs_ns = time_now() + 5 * MS};
    uint64_t took;

    expect_ok(vcpu_op_set_singleshot_timer(0, &t));
    took = wait_for_tick(TIME_SECOND);
    expect(ticks == 1 && took >= 4 * MS, "%u ticks in %llu ns", ticks, took);
    t.timeout_abs_ns = 1; /* in the past: at once, unless asked to refuse that */
    expect_ok(vcpu_op_set_singleshot_timer(0, &t));
    wait_for_tick(TIME_SECOND);
    expect_equal(ticks, 1);
    for (unsigned int i = 0; i < 2; i++) { /* system time is signed: so are these */
        t.timeout_abs_ns = i ? ~0ull : 1ull << 63;
        expect_ok(vcpu_op_set_singleshot_timer(0, &t));
        took = wait_for_tick(TIME_SECOND);
        expect(ticks == 1 && took < 500 * MS, "%u ticks in %llu ns", ticks, took);
    }
    t.timeout_abs_ns = 1;
    if (on_ringlet()) { /* the reference may ignore the flag, and does */
        t.flags = VCPU_SSHOTTMR_future;
        expect_errno(vcpu_op_set_singleshot_timer(0, &t), -XEN_ETIME);
        expect_reason(REASON_timer_past);
        wait_for_tick(5 * MS);
        expect_equal(ticks, 0);
    }
    t.timeout_abs_ns = time_now() + 5 * MS;
    expect_ok(vcpu_op_set_singleshot_timer(0, &t));
    expect_ok(vcpu_op_stop_singleshot_timer(0));
    wait_for_tick(15 * MS);
    expect_equal(ticks, 0);
    expect_errno(raw(VCPUOP_set_singleshot_timer, 0, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_errno(raw(VCPUOP_set_singleshot_timer, 9, BAD_POINTER), -XEN_ENOENT);
    expect_reason(REASON_vcpu_invalid);
}

static void test_periodic(void)
{
    vcpu_set_periodic_timer_t p = {.period_ns = 2 * MS};

    expect_ok(vcpu_op_set_periodic_timer(0, &p));
    ticks = 0;
    spin(50 * MS);
    expect(ticks >= 10 && ticks <= 26, "%u ticks", ticks);
    expect_ok(vcpu_op_stop_periodic_timer(0));
    spin(1 * MS);
    ticks = 0;
    spin(10 * MS);
    expect_equal(ticks, 0);
    p.period_ns = 999999;
    expect_errno(vcpu_op_set_periodic_timer(0, &p), -XEN_EINVAL);
    expect_reason(REASON_timer_period);
    p.period_ns = 1ull << 62;
    expect_errno(vcpu_op_set_periodic_timer(0, &p), -XEN_EINVAL);
    expect_reason(REASON_timer_period);
    p.period_ns = 0;
    expect_errno(vcpu_op_set_periodic_timer(0, &p), -XEN_EINVAL);
    expect_errno(raw(VCPUOP_set_periodic_timer, 0, BAD_POINTER), -XEN_EFAULT);
    spin(5 * MS);
    expect_equal(ticks, 0); /* none of these started it */
}

static uint64_t total(const vcpu_runstate_info_t *r)
{
    return r->time[0] + r->time[1] + r->time[2] + r->time[3];
}

static void test_runstate(void)
{
    vcpu_runstate_info_t before, after;
    static vcpu_runstate_info_t area;
    vcpu_register_runstate_memory_area_t reg = {.addr.p = 0};
    uint64_t start = time_now();

    expect_ok(vcpu_op_get_runstate_info(0, &before));
    expect_equal(before.state, RUNSTATE_running);
    time_sleep(10 * MS);
    expect_ok(vcpu_op_get_runstate_info(0, &after));
    expect(after.time[RUNSTATE_blocked] - before.time[RUNSTATE_blocked] >= 9 * MS, "blocked %llu ns",
           after.time[RUNSTATE_blocked] - before.time[RUNSTATE_blocked]);
    expect(after.state_entry_time > before.state_entry_time);
    /* The four together are the time that went by. */
    expect(total(&after) - total(&before) <= time_now() - start);
    expect(total(&after) - total(&before) >= 10 * MS);

    reg.addr.p = hypercall_address(&area);
    area.state = 77;
    expect_ok(vcpu_op_register_runstate_memory_area(0, &reg));
    expect_equal(area.state, RUNSTATE_running); /* written at once */
    uint64_t entered = area.state_entry_time;
    expect_ok(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_runstate_update_flag));
    time_sleep(5 * MS);
    expect_equal(area.state, RUNSTATE_running); /* and whenever it runs again */
    expect(area.state_entry_time > entered && !(area.state_entry_time & XEN_RUNSTATE_UPDATE));
    expect(area.time[RUNSTATE_blocked] >= after.time[RUNSTATE_blocked] + 4 * MS);
    reg.addr.p = 1ull << 32 | hypercall_address(&area); /* the upper half is padding */
    expect_ok(vcpu_op_register_runstate_memory_area(0, &reg));
    reg.addr.p = 0xffffffff; /* no room behind it */
    expect_errno(vcpu_op_register_runstate_memory_area(0, &reg), -XEN_EFAULT);
    expect_reason(REASON_runstate_address);
    expect_errno(raw(VCPUOP_register_runstate_memory_area, 0, BAD_POINTER), -XEN_EFAULT);
    entered = area.state_entry_time;
    time_sleep(2 * MS);
    expect(area.state_entry_time > entered); /* the good one is still in force */
    expect_errno(raw(VCPUOP_get_runstate_info, 0, BAD_POINTER), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer_write);
    reg.addr.p = BAD_POINTER; /* accepted, and never written to */
    expect_ok(vcpu_op_register_runstate_memory_area(0, &reg));
    entered = area.state_entry_time;
    time_sleep(2 * MS);
    expect_equal(area.state_entry_time, entered);
    expect_errno(raw(VCPUOP_get_runstate_info, 31, hypercall_address(&after)), -XEN_ENOENT);
}

static void test_time_area(void)
{
    static vcpu_time_info_t area;
    vcpu_register_time_memory_area_t reg = {.addr.p = hypercall_address(&area)};

    expect_ok(vcpu_op_register_vcpu_time_memory_area(0, &reg));
    expect(area.version != 0 && area.version % 2 == 0, "version %u", area.version);
    expect_equal(area.tsc_to_system_mul, shared_vcpu->time.tsc_to_system_mul);
    expect_equal(area.tsc_shift, shared_vcpu->time.tsc_shift);
    expect(area.tsc_timestamp != 0 && area.system_time != 0);
    reg.addr.p = 0xffffffff;
    expect_errno(vcpu_op_register_vcpu_time_memory_area(0, &reg), -XEN_EFAULT);
    expect_reason(REASON_runstate_address);
    expect_errno(raw(VCPUOP_register_vcpu_time_memory_area, 0, BAD_POINTER), -XEN_EFAULT);
}

GUEST_TEST("time and timers")
{
    int port;

    events_init();
    port = event_bind_virq(VIRQ_TIMER, 0, tick, NULL);
    expect(port > 0);
    /* A new vCPU ticks at 100 Hz until it says otherwise. */
    ticks = 0;
    spin(105 * MS);
    expect(ticks >= 5 && ticks <= 11, "%u ticks", ticks);
    expect_ok(vcpu_op_stop_periodic_timer(0));
    test_clock();
    test_set_timer_op();
    test_singleshot();
    test_periodic();
    test_runstate();
    test_time_area();
}
