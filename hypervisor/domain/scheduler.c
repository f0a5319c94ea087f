// SPDX-License-Identifier: MIT
/*
 * Round-robin with time slices. The current vCPU stays current while nobody else can run, even when it sleeps: an idle
 * processor halts in its address space, and if it is the next to run nothing needs to be switched.
 */
#include "domain/scheduler.h"

#include "core/hypercall.h"
#include "core/log.h"
#include "domain/context_switch.h"
#include "domain/domain.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "events/console.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "traps/inject.h"

#define CPUS_MAX 32

/* Once switched to, a vCPU runs this long whoever wakes: or a flood of events would be a flood of switches. */
#define RUN_MIN_NS NS_PER_MS

struct processor {
    struct run_queue queue;
    struct timer slice; /* set while somebody waits, or the current vCPU has a cap */
    uint64_t slice_end; /* the current vCPU's */
    bool yielded;       /* the current vCPU gave up the rest of its slice */
    bool woken;         /* who is in front of the queue woke and comes before the current vCPU */
    uint64_t idle_ns;
};

static struct processor processors[CPUS_MAX];

static struct processor *my_processor(void)
{
    return &processors[this_cpu()->id];
}

static void slice_over(struct timer *t)
{
    (void)t;
    this_cpu()->pending |= WORK_SCHEDULE;
}

void scheduler_init(void)
{
    bool registered = timer_register(&my_processor()->slice, slice_over);

    INVARIANT(registered);
}

static void refill_due(struct timer *t)
{
    struct vcpu_run *r = (struct vcpu_run *)((char *)t - offsetof(struct vcpu_run, refill));

    vcpu_start(r->vcpu, VCPU_CAPPED);
}

bool scheduler_add(struct vcpu *v, struct vcpu_run *r)
{
    r->vcpu = v;
    r->weight = v->domain->weight;
    r->cap = v->domain->cap;
    r->processor = this_cpu()->id;
    v->run = r;
    return timer_register(&r->refill, refill_due);
}

void scheduler_remove(struct vcpu *v)
{
    timer_unregister(&v->run->refill);
}

void scheduler_set_share(struct domain *d, uint16_t weight, uint16_t cap)
{
    d->weight = weight;
    d->cap = cap;
    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i]) {
            d->vcpus[i]->run->weight = weight;
            d->vcpus[i]->run->cap = cap;
        }
}

uint64_t scheduler_idle_time(uint32_t processor)
{
    return processors[processor].idle_ns;
}

/* A look at who runs is due at `due` at the latest. One that comes too early does no harm: it finds nothing to change. */
static void look_by(struct processor *p, uint64_t due)
{
    if (p->slice.slot == TIMER_IDLE || p->slice.due > due)
        timer_set(&p->slice, due);
}

/* The current vCPU has to give way at the end of its slice, or earlier to one that woke. */
static void set_slice_timer(struct processor *p, const struct vcpu *v)
{
    if (p->woken)
        look_by(p, MIN(p->slice_end, v->run->began + RUN_MIN_NS));
    else if (!run_queue_empty(&p->queue) || v->run->cap)
        look_by(p, p->slice_end);
}

/* One that woke with some of its slice left comes first. */
static void enqueue(struct vcpu *v, bool woke, uint64_t now)
{
    struct processor *p = &processors[v->run->processor];
    bool first = woke && run_woken(v->run, now);

    lock_take(&p->queue.lock);
    if (first)
        run_queue_add_first(&p->queue, v->run);
    else
        run_queue_add(&p->queue, v->run);
    p->woken |= first;
    lock_release(&p->queue.lock);
}

void vcpu_stop(struct vcpu *v, uint32_t reasons)
{
    struct processor *p = &processors[v->run->processor];

    v->blocked |= reasons;
    if (v == current_vcpu()) {
        this_cpu()->pending |= WORK_SCHEDULE;
        return;
    }
    lock_take(&p->queue.lock);
    run_queue_remove(&p->queue, v->run);
    lock_release(&p->queue.lock);
    if (v->time->runstate.state != RUNSTATE_running)
        runstate_enter(&v->time->runstate, runstate_of_waiting(v->blocked), clock_now());
}

void vcpu_start(struct vcpu *v, uint32_t reasons)
{
    const struct vcpu *current = current_vcpu();
    uint64_t now;

    if (!(v->blocked & reasons))
        return;
    v->blocked &= ~reasons;
    now = clock_now();
    if (v->time->runstate.state != RUNSTATE_running)
        runstate_enter(&v->time->runstate, runstate_of_waiting(v->blocked), now);
    if (v->blocked)
        return;
    if (v != current)
        enqueue(v, reasons & VCPU_BLOCKED, now);
    if (v != current && current && !current->blocked && current->time->runstate.state == RUNSTATE_running)
        set_slice_timer(my_processor(), current); /* it goes on for now */
    else
        this_cpu()->pending |= WORK_SCHEDULE;
}

void vcpu_up(struct vcpu *v)
{
    v->run->initialised = true;
    vcpu_start(v, VCPU_DOWN);
}

/* "If an upcall is due it does not block": checked after the bit is set, so that no event can slip in between. */
void vcpu_block(struct vcpu *v)
{
    v->blocked |= VCPU_BLOCKED;
    if (upcall_due(v))
        v->blocked &= ~(uint32_t)VCPU_BLOCKED;
    else
        this_cpu()->pending |= WORK_SCHEDULE;
}

void vcpu_wake(struct vcpu *v)
{
    if (!(v->blocked & VCPU_BLOCKED))
        return;
    if (v->blocked & VCPU_POLLING) {
        if (v->time->poll.slot != TIMER_IDLE)
            timer_stop(&v->time->poll);
        poll_end(v);
    }
    vcpu_start(v, VCPU_BLOCKED);
}

void vcpu_yield(struct vcpu *v)
{
    (void)v;
    if (run_queue_empty(&my_processor()->queue))
        return;
    my_processor()->yielded = true;
    this_cpu()->pending |= WORK_SCHEDULE;
}

void vcpu_nmi(struct vcpu *v)
{
    v->nmi_pending = 1;
    vcpu_wake(v);
    if (v == current_vcpu())
        this_cpu()->pending |= WORK_NMI;
}

/* The machine's NMI is the initial domain's. */
static void machine_nmi(void)
{
    struct domain *d = domain_find(0);

    if (d)
        vcpu_nmi(d->vcpus[0]);
}

/* What waits for this processor besides a new choice of vCPU. */
static void do_other_work(struct cpu *cpu)
{
    uint32_t work = cpu->pending & ~(uint32_t)(WORK_SCHEDULE | WORK_NMI);

    cpu->pending &= ~work;
    if (work & WORK_FLUSH)
        tlb_flush_local();
    if (work & WORK_CONSOLE)
        console_input_arrived();
    if (work & WORK_TIMER)
        timers_run();
    if (work & WORK_REAP)
        domains_reap();
    if (work & WORK_LOG)
        virq_send_to_handler(VIRQ_CON_RING);
    if (work & WORK_MACHINE_NMI)
        machine_nmi();
}

/* Up to now the current vCPU ran. One that used up its cap waits for the next period. */
static void account(struct vcpu *v, uint64_t now)
{
    if (run_account(v->run, now)) {
        v->blocked |= VCPU_CAPPED;
        timer_set(&v->run->refill, v->run->period_end);
    }
    v->run->slept = now;
}

/* The current vCPU if it may go on, or who comes first; NULL when nobody can run. */
static struct vcpu *choose(struct processor *p, struct vcpu *current, uint64_t now)
{
    struct vcpu_run *next;
    bool can_stay = current && current->blocked == 0;
    bool over = p->yielded || now >= p->slice_end;

    if (can_stay && !over && !(p->woken && now - current->run->began >= RUN_MIN_NS))
        return current;
    if (over && current)
        current->run->slice_left = 0;
    lock_take(&p->queue.lock);
    p->yielded = false;
    if (can_stay && over)
        run_queue_add(&p->queue, current->run);
    next = run_queue_take(&p->queue);
    if (can_stay && !over) {
        if (!next)
            next = current->run;
        else
            run_queue_add_first(&p->queue, current->run);
    }
    p->woken = false;
    lock_release(&p->queue.lock);
    return next ? next->vcpu : NULL;
}

/* An NMI that a sleeping vCPU has sent itself is nothing to stay awake for: like any that is masked it waits. */
static void sleep_until_work(struct cpu *cpu)
{
    uint64_t since = clock_now();

    while (!(cpu->pending & WORK_SCHEDULE)) {
        if ((cpu->pending & ~(uint32_t)WORK_NMI) == 0)
            interrupts_wait();
        do_other_work(cpu);
    }
    cpu->pending &= ~(uint32_t)WORK_SCHEDULE;
    my_processor()->idle_ns += clock_now() - since;
}

static void begin(struct processor *p, struct vcpu *v, uint64_t now)
{
    v->run->began = now;
    p->slice_end = run_begin(v->run, now);
}

void schedule(void)
{
    struct cpu *cpu = this_cpu();
    struct processor *p = my_processor();
    struct vcpu *previous = cpu->current, *next;
    uint64_t now = clock_now();

    cpu->pending &= ~(uint32_t)WORK_SCHEDULE;
    if (previous && previous->time->runstate.state == RUNSTATE_running)
        account(previous, now);
    next = choose(p, previous, now);
    if (next == previous && previous->time->runstate.state == RUNSTATE_running) {
        if (now >= p->slice_end)
            begin(p, next, now);
        set_slice_timer(p, next);
        return;
    }
    if (previous)
        vcpu_time_suspend(previous, now);
    while (!next) {
        sleep_until_work(cpu);
        now = clock_now();
        next = choose(p, previous, now);
    }
    if (next != previous)
        context_switch(next);
    begin(p, next, now);
    set_slice_timer(p, next);
    vcpu_time_resume(next, now);
}

bool preempt_wanted(void)
{
    interrupts_window();
    return (this_cpu()->pending & ~(uint32_t)WORK_LOG) != 0;
}

void handle_pending_work(void)
{
    struct cpu *cpu = this_cpu();

    while (cpu->pending) {
        if (cpu->pending & ~(uint32_t)(WORK_SCHEDULE | WORK_NMI))
            do_other_work(cpu);
        if (cpu->pending & WORK_SCHEDULE)
            schedule();
        if (cpu->pending & WORK_NMI) {
            cpu->pending &= ~(uint32_t)WORK_NMI;
            deliver_nmi(guest_regs());
        }
    }
}
