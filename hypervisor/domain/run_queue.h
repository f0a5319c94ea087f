// SPDX-License-Identifier: MIT
/*
 * Who waits for one processor: a round-robin list. The vCPU that runs is not in it. A vCPU gets a time slice in
 * proportion to its weight, then goes to the back. One that sleeps before its slice is over keeps the rest for when it
 * wakes, and then comes first: so whoever waits for events is served at once, yet nobody gets more than a slice a round. A
 * cap bounds what a vCPU uses of each period whether or not others want to run.
 */
#ifndef RINGLET_DOMAIN_RUN_QUEUE_H
#define RINGLET_DOMAIN_RUN_QUEUE_H

#include "core/domain.h"
#include "core/lock.h"
#include "core/time_scale.h"
#include "domain/timer_queue.h"

#define WEIGHT_DEFAULT 256u
#define WEIGHT_MAX 65535u
#define SLICE_DEFAULT_NS (10 * NS_PER_MS) /* at the default weight */
#define SLICE_MIN_NS (1 * NS_PER_MS)
#define SLICE_MAX_NS (100 * NS_PER_MS)
#define CAP_PERIOD_NS (30 * NS_PER_MS)

/* A vCPU's part in scheduling. */
struct vcpu_run {
    struct vcpu *vcpu;
    struct vcpu_run *next; /* while queued */
    bool queued;
    bool pinned;         /* SCHEDOP_pin_override is in force */
    bool initialised;    /* has a state to start from: built, or VCPUOP_initialise */
    uint16_t weight;     /* 1 to WEIGHT_MAX */
    uint16_t cap;        /* hundredths of a processor; 0: none */
    uint32_t processor;  /* where it runs */
    uint64_t slice_left; /* ns of its slice, while it does not run */
    uint64_t began;      /* system time when it was switched to */
    uint64_t started;    /* the same, or when it was last accounted */
    uint64_t slept;      /* system time when it stopped running */
    uint64_t used;       /* ns in this period */
    uint64_t period_end; /* system time */
    struct timer refill; /* at period_end, for one that used up its cap */
};

struct run_queue {
    struct lock lock; /* protects the list and every queued member's next and queued */
    struct vcpu_run *first, *last;
};

/* At the back; nothing happens when it is queued already. */
void run_queue_add(struct run_queue *q, struct vcpu_run *r);
/* In front, for one that has some of its slice left. */
void run_queue_add_first(struct run_queue *q, struct vcpu_run *r);
void run_queue_remove(struct run_queue *q, struct vcpu_run *r);
/* Takes the front one out; NULL when nobody waits. */
struct vcpu_run *run_queue_take(struct run_queue *q);
uint64_t run_slice(const struct vcpu_run *r);

/* It is switched to at `now`, and may run until the time returned. */
uint64_t run_begin(struct vcpu_run *r, uint64_t now);
/* What it ran up to `now` counts against its slice and its cap. True when the cap is used up. */
bool run_account(struct vcpu_run *r, uint64_t now);
/* It wakes at `now`. A sleeper earns a quarter of its sleep, up to a slice: true when it may go first. */
bool run_woken(struct vcpu_run *r, uint64_t now);

static inline bool run_queue_empty(const struct run_queue *q)
{
    return !READ_ONCE(q->first);
}

#endif
