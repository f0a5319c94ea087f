// SPDX-License-Identifier: MIT
/*
 * vcpu_time_info and the wall clock follow one protocol: the version is odd while the fields are written, and a reader
 * that saw it odd or changed reads again. Ring 0 computes system time by the published numbers itself, so they never
 * drift apart; they are renewed from time to time only to keep a guest's multiplication from overflowing.
 */
#include "domain/time.h"

#include <abi/xen.h>

#include "core/string.h"
#include "core/time_scale.h"
#include "domain/domain.h"
#include "domain/timers.h"
#include "events/events.h"
#include "machine/clock.h"
#include "machine/rtc.h"
#include "machine/user_copy.h"

/* Without being asked every vCPU ticks at 100 Hz, as on the reference; kernels stop it. */
#define PERIOD_AT_START (10 * NS_PER_MS)
#define PUBLISH_EVERY NS_PER_SECOND
#define TIME_IN_VCPU_INFO 32u /* in both widths */

_Static_assert(offsetof(struct vcpu_info_32, time) == TIME_IN_VCPU_INFO, "32-bit vcpu_info");
_Static_assert(offsetof(struct vcpu_info_64, time) == TIME_IN_VCPU_INFO, "64-bit vcpu_info");

static uint64_t boot_seconds;

static void expire(struct vcpu *v)
{
    v->domain->counters.timer_expiries++;
    virq_send(v, VIRQ_TIMER);
}

static void singleshot_fired(struct timer *t)
{
    struct vcpu_time *time = (struct vcpu_time *)((char *)t - offsetof(struct vcpu_time, singleshot));

    expire(time->vcpu);
}

static void periodic_tick(struct vcpu_time *time)
{
    uint64_t now = clock_now();

    if (now >= time->period_last + time->period) {
        time->period_last = now;
        expire(time->vcpu);
    }
    timer_set(&time->periodic, time->period_last + time->period);
}

static void periodic_fired(struct timer *t)
{
    periodic_tick((struct vcpu_time *)((char *)t - offsetof(struct vcpu_time, periodic)));
}

static void poll_fired(struct timer *t)
{
    struct vcpu_time *time = (struct vcpu_time *)((char *)t - offsetof(struct vcpu_time, poll));

    if (time->vcpu->blocked & VCPU_POLLING)
        vcpu_wake(time->vcpu);
}

bool vcpu_time_init(struct vcpu *v, struct vcpu_time *t)
{
    t->vcpu = v;
    t->period = PERIOD_AT_START;
    t->runstate = (struct runstate){.state = RUNSTATE_offline, .since = clock_now()};
    if (!timer_register(&t->singleshot, singleshot_fired))
        return false;
    if (!timer_register(&t->periodic, periodic_fired))
        goto err_singleshot;
    if (!timer_register(&t->poll, poll_fired))
        goto err_periodic;
    v->time = t;
    return true;

err_periodic:
    timer_unregister(&t->periodic);
err_singleshot:
    timer_unregister(&t->singleshot);
    return false;
}

void vcpu_time_stop(struct vcpu *v)
{
    timer_stop(&v->time->singleshot);
    timer_stop(&v->time->periodic);
    timer_stop(&v->time->poll);
}

void vcpu_time_free(struct vcpu *v)
{
    timer_unregister(&v->time->singleshot);
    timer_unregister(&v->time->periodic);
    timer_unregister(&v->time->poll);
}

void wall_clock_init(void)
{
    boot_seconds = rtc_read_seconds() - clock_now() / NS_PER_SECOND;
}

static void write_wall_clock(uint32_t *version, uint32_t *seconds, uint32_t *ns, uint32_t *seconds_high,
                             uint64_t at_boot)
{
    uint64_t whole = at_boot / NS_PER_SECOND;

    WRITE_ONCE(*version, (*version + 1) | 1);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    *seconds = (uint32_t)whole;
    *seconds_high = (uint32_t)(whole >> 32);
    *ns = (uint32_t)(at_boot % NS_PER_SECOND);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    WRITE_ONCE(*version, *version + 1);
}

void wall_clock_publish(struct domain *d)
{
    uint64_t at_boot = boot_seconds * NS_PER_SECOND + d->wall_clock_offset;

    if (d->width == GUEST_32) {
        struct shared_info_32 *s = d->shared_info;
        write_wall_clock(&s->wc_version, &s->wc_sec, &s->wc_nsec, &s->arch.wc_sec_hi, at_boot);
    } else {
        struct shared_info_64 *s = d->shared_info;
        write_wall_clock(&s->wc_version, &s->wc_sec, &s->wc_nsec, &s->wc_sec_hi, at_boot);
    }
}

/* The guest's copy in its own memory: version first and last, so that a reader there sees the protocol too. */
static void publish_copy(gva_t area, const struct vcpu_time_info *info)
{
    gva_t version = gva_add(area, offsetof(struct vcpu_time_info, version));
    struct vcpu_time_info copy = *info;

    copy.version = info->version - 1;
    if (guest_put32(version, copy.version) == 0 && copy_to_guest(area, &copy, sizeof(copy)) == 0)
        (void)guest_put32(version, info->version);
}

void time_publish(struct vcpu *v)
{
    struct vcpu_time_info *info = (struct vcpu_time_info *)((uint8_t *)v->info + TIME_IN_VCPU_INFO);
    uint64_t tsc = tsc_read();
    uint32_t version = (READ_ONCE(info->version) + 1) | 1;
    struct vcpu_time_info next = {
        .version = version,
        .tsc_timestamp = tsc,
        .system_time = time_scale_ns(system_clock.scale, tsc - system_clock.tsc_at_boot),
        .tsc_to_system_mul = system_clock.scale.multiplier,
        .tsc_shift = system_clock.scale.shift,
        .flags = 0,
    };

    WRITE_ONCE(info->version, version);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    memcpy(info, &next, sizeof(next));
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    WRITE_ONCE(info->version, version + 1);
    v->time->published = next.system_time;
    if (v->time->time_area.raw) {
        next.version++;
        publish_copy(v->time->time_area, &next);
    }
}

static int copy_runstate_32(gva_t to, const struct runstate *r, uint64_t mark)
{
    struct vcpu_runstate_info_32 out = {.state = (int32_t)r->state, .state_entry_time = r->since | mark};

    memcpy(out.time, r->time, sizeof(out.time));
    return copy_to_guest(to, &out, sizeof(out));
}

static int copy_runstate_64(gva_t to, const struct runstate *r, uint64_t mark)
{
    struct vcpu_runstate_info_64 out = {.state = (int32_t)r->state, .state_entry_time = r->since | mark};

    memcpy(out.time, r->time, sizeof(out.time));
    return copy_to_guest(to, &out, sizeof(out));
}

int runstate_copy(const struct domain *d, gva_t to, const struct runstate *r, uint64_t mark)
{
    return d->width == GUEST_32 ? copy_runstate_32(to, r, mark) : copy_runstate_64(to, r, mark);
}

/* With the runstate_update_flag assist the entry time's top bit marks a write under way. */
void runstate_publish(struct vcpu *v)
{
    struct domain *d = v->domain;
    gva_t area = v->time->runstate_area;
    gva_t entry_time =
        gva_add(area, d->width == GUEST_32 ? offsetof(struct vcpu_runstate_info_32, state_entry_time)
                                           : offsetof(struct vcpu_runstate_info_64, state_entry_time));
    bool marked = d->vm_assist & 1u << VMASST_TYPE_runstate_update_flag;
    uint64_t since = v->time->runstate.since;

    if (!area.raw)
        return;
    if (marked && guest_put64(entry_time, since | XEN_RUNSTATE_UPDATE))
        return;
    if (runstate_copy(d, area, &v->time->runstate, marked ? XEN_RUNSTATE_UPDATE : 0) == 0 && marked)
        (void)guest_put64(entry_time, since);
}

void vcpu_time_resume(struct vcpu *v, uint64_t now)
{
    struct vcpu_time *t = v->time;

    runstate_enter(&t->runstate, RUNSTATE_running, now);
    if (t->runstate_area.raw)
        runstate_publish(v);
    if (t->published == 0 || now - t->published > PUBLISH_EVERY)
        time_publish(v);
    if (t->period)
        periodic_tick(t);
}

void vcpu_time_suspend(struct vcpu *v, uint64_t now)
{
    if (v->time->periodic.slot != TIMER_IDLE)
        timer_stop(&v->time->periodic);
    runstate_enter(&v->time->runstate, runstate_of_waiting(v->blocked), now);
}

void vcpu_set_period(struct vcpu *v, uint64_t period)
{
    struct vcpu_time *t = v->time;

    t->period = period;
    t->period_last = clock_now();
    timer_stop(&t->periodic);
    if (period && t->runstate.state == RUNSTATE_running)
        timer_set(&t->periodic, t->period_last + period);
}
