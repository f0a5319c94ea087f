// SPDX-License-Identifier: MIT
/*
 * Who waits for one processor: a round-robin list. The vCPU that runs is not in it. A vCPU gets a time slice in
 * proportion to its weight, then goes to the back.
 */
#ifndef RINGLET_DOMAIN_RUN_QUEUE_H
#define RINGLET_DOMAIN_RUN_QUEUE_H

#include "core/domain.h"
#include "core/lock.h"
#include "core/time_scale.h"

#define WEIGHT_DEFAULT 256u
#define WEIGHT_MAX 65535u
#define SLICE_DEFAULT_NS (10 * NS_PER_MS) /* at the default weight */
#define SLICE_MIN_NS (1 * NS_PER_MS)
#define SLICE_MAX_NS (100 * NS_PER_MS)

/* A vCPU's part in scheduling. */
struct vcpu_run {
    struct vcpu *vcpu;
    struct vcpu_run *next; /* while queued */
    bool queued;
    bool pinned;        /* SCHEDOP_pin_override is in force */
    bool initialised;   /* has a state to start from: built, or VCPUOP_initialise */
    uint16_t weight;    /* 1 to WEIGHT_MAX */
    uint16_t cap;       /* hundredths of a processor; 0: none */
    uint32_t processor; /* where it runs */
    uint64_t slice_end; /* system time; set when it is switched to */
};

struct run_queue {
    struct lock lock; /* protects the list and every queued member's next and queued */
    struct vcpu_run *first, *last;
};

/* At the back; nothing happens when it is queued already. */
void run_queue_add(struct run_queue *q, struct vcpu_run *r);
void run_queue_remove(struct run_queue *q, struct vcpu_run *r);
/* Takes the front one out; NULL when nobody waits. */
struct vcpu_run *run_queue_take(struct run_queue *q);
uint64_t run_slice(const struct vcpu_run *r);

static inline bool run_queue_empty(const struct run_queue *q)
{
    return !READ_ONCE(q->first);
}

#endif
