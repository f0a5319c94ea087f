/* SPDX-License-Identifier: MIT */
#include <guestkit/cpu.h>
#include <guestkit/shared.h>
#include <guestkit/stubs.h>
#include <guestkit/time.h>

/* value * factor / 2^32, where the product needs more than 64 bits. */
static uint64_t scale(uint64_t value, uint32_t factor)
{
    uint64_t low = (value & 0xffffffff) * factor;
    uint64_t high = (value >> 32) * factor;

    return high + (low >> 32);
}

static uint64_t ticks_to_ns(uint64_t ticks, int8_t shift, uint32_t multiplier)
{
    return scale(shift < 0 ? ticks >> -shift : ticks << shift, multiplier);
}

/* Copy what the hypervisor keeps changing; its version is odd during a change and differs after one. */
static vcpu_time_info_t snapshot(void)
{
    const volatile vcpu_time_info_t *live = &shared_vcpu->time;
    vcpu_time_info_t copy;

    do {
        while ((copy.version = live->version) & 1) {
            cpu_pause();
        }
        compiler_barrier();
        copy.tsc_timestamp = live->tsc_timestamp;
        copy.system_time = live->system_time;
        copy.tsc_to_system_mul = live->tsc_to_system_mul;
        copy.tsc_shift = live->tsc_shift;
        compiler_barrier();
    } while (copy.version != live->version);
    return copy;
}

/* The counter has to be read inside the loop: a vCPU that moves to another processor gets another timestamp. */
uint64_t time_now(void)
{
    const volatile vcpu_time_info_t *live = &shared_vcpu->time;
    vcpu_time_info_t copy;
    uint64_t ticks;

    do {
        copy = snapshot();
        ticks = cpu_tsc();
        compiler_barrier();
    } while (copy.version != live->version);
    return copy.system_time + ticks_to_ns(ticks - copy.tsc_timestamp, copy.tsc_shift, copy.tsc_to_system_mul);
}

uint64_t time_ticks_to_ns(uint64_t ticks)
{
    vcpu_time_info_t copy = snapshot();

    return ticks_to_ns(ticks, copy.tsc_shift, copy.tsc_to_system_mul);
}

/* Long division of a 64-bit number by a 32-bit one, high digit first; the quotient must fit 64 bits. */
static uint64_t divide(uint64_t value, uint32_t by, uint32_t *remainder)
{
    uint32_t high = (uint32_t)(value >> 32);
    uint32_t low = (uint32_t)value;
    uint32_t rest = high % by;

    high /= by;
    __asm__("divl %2" : "+a"(low), "+d"(rest) : "rm"(by));
    *remainder = rest;
    return (uint64_t)high << 32 | low;
}

uint32_t time_tsc_khz(void)
{
    vcpu_time_info_t copy = snapshot();
    uint32_t rest;
    uint64_t khz = divide(1000000ull << 32, copy.tsc_to_system_mul, &rest);

    return (uint32_t)(copy.tsc_shift < 0 ? khz << -copy.tsc_shift : khz >> copy.tsc_shift);
}

/* What shared_info has is the wall-clock time at system time 0. */
struct time_wall time_wall(void)
{
    const volatile shared_info_t *live = &shared_page;
    uint32_t version;
    uint64_t seconds;
    uint32_t nanoseconds;

    do {
        while ((version = live->wc_version) & 1) {
            cpu_pause();
        }
        compiler_barrier();
        seconds = (uint64_t)live->xen_wc_sec_hi << 32 | live->wc_sec;
        nanoseconds = live->wc_nsec;
        compiler_barrier();
    } while (version != live->wc_version);

    struct time_wall now;
    now.seconds = seconds + divide(time_now() + nanoseconds, (uint32_t)TIME_SECOND, &now.nanoseconds);
    return now;
}

void time_sleep_until(uint64_t deadline)
{
    while (time_now() < deadline) {
        sched_poll_t poll = {.timeout = deadline};
        sched_op_poll(&poll);
    }
}

void time_sleep(uint64_t ns)
{
    time_sleep_until(time_now() + ns);
}

int time_timer_init(event_handler *handler, void *context)
{
    /* A vCPU may start with a periodic timer on the same virtual interrupt. Where there is none, the call has nothing to do. */
    vcpu_op_stop_periodic_timer(0);
    return event_bind_virq(VIRQ_TIMER, 0, handler, context);
}

int time_timer_set(uint64_t deadline)
{
    return hypercall_set_timer_op(deadline);
}

void time_block(void)
{
    sched_op_block();
}
