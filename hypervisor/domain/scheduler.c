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

struct processor {
    struct run_queue queue;
    struct timer slice; /* runs only while somebody waits */
    bool yielded;       /* the current vCPU gave up the rest of its slice */
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

void scheduler_add(struct vcpu *v, struct vcpu_run *r)
{
    r->vcpu = v;
    r->weight = WEIGHT_DEFAULT;
    r->processor = this_cpu()->id;
    v->run = r;
}

static void enqueue(struct vcpu *v)
{
    struct processor *p = &processors[v->run->processor];

    lock_take(&p->queue.lock);
    run_queue_add(&p->queue, v->run);
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
    if (!(v->blocked & reasons))
        return;
    v->blocked &= ~reasons;
    if (v->time->runstate.state != RUNSTATE_running)
        runstate_enter(&v->time->runstate, runstate_of_waiting(v->blocked), clock_now());
    if (v->blocked)
        return;
    if (v != current_vcpu())
        enqueue(v);
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
    if (work & WORK_MACHINE_NMI)
        machine_nmi();
}

/* The current vCPU if it may go on, or who has waited longest; NULL when nobody can run. */
static struct vcpu *choose(struct processor *p, struct vcpu *current)
{
    struct vcpu_run *next;
    bool can_stay = current && current->blocked == 0;

    if (can_stay && !p->yielded && (run_queue_empty(&p->queue) || clock_now() < current->run->slice_end))
        return current;
    p->yielded = false;
    lock_take(&p->queue.lock);
    if (can_stay)
        run_queue_add(&p->queue, current->run);
    next = run_queue_take(&p->queue);
    lock_release(&p->queue.lock);
    return next ? next->vcpu : NULL;
}

/* An NMI that a sleeping vCPU has sent itself is nothing to stay awake for: like any that is masked it waits. */
static void sleep_until_work(struct cpu *cpu)
{
    while (!(cpu->pending & WORK_SCHEDULE)) {
        if ((cpu->pending & ~(uint32_t)WORK_NMI) == 0)
            interrupts_wait();
        do_other_work(cpu);
    }
    cpu->pending &= ~(uint32_t)WORK_SCHEDULE;
}

/* A slice ends only while somebody else waits for it. */
static void start_slice(struct processor *p, struct vcpu *v, bool switched)
{
    if (switched || clock_now() >= v->run->slice_end)
        v->run->slice_end = clock_now() + run_slice(v->run);
    if (run_queue_empty(&p->queue))
        timer_stop(&p->slice);
    else
        timer_set(&p->slice, v->run->slice_end);
}

void schedule(void)
{
    struct cpu *cpu = this_cpu();
    struct processor *p = my_processor();
    struct vcpu *previous = cpu->current, *next;

    cpu->pending &= ~(uint32_t)WORK_SCHEDULE;
    next = choose(p, previous);
    if (next == previous && previous->time->runstate.state == RUNSTATE_running) {
        start_slice(p, next, false);
        return;
    }
    if (previous)
        vcpu_time_suspend(previous);
    while (!next) {
        sleep_until_work(cpu);
        next = choose(p, previous);
    }
    if (next != previous)
        context_switch(next);
    start_slice(p, next, true);
    vcpu_time_resume(next);
}

bool preempt_wanted(void)
{
    interrupts_window();
    return this_cpu()->pending != 0;
}

void handle_pending_work(void)
{
    struct cpu *cpu = this_cpu();

    while (cpu->pending) {
        do_other_work(cpu);
        if (cpu->pending & WORK_SCHEDULE)
            schedule();
        if (cpu->pending & WORK_NMI) {
            cpu->pending &= ~(uint32_t)WORK_NMI;
            deliver_nmi(guest_regs());
        }
    }
}
