// SPDX-License-Identifier: MIT
/*
 * Time as a vCPU sees it: its timers, its account of states, and what is published in memory it shares or registered.
 */
#ifndef RINGLET_DOMAIN_TIME_H
#define RINGLET_DOMAIN_TIME_H

#include "core/domain.h"
#include "domain/runstate.h"
#include "domain/timer_queue.h"

struct vcpu_time {
    struct vcpu *vcpu;
    struct timer singleshot; /* set_timer_op, VCPUOP_set_singleshot_timer: VIRQ_TIMER */
    struct timer periodic;   /* runs only while the vCPU does */
    struct timer poll;       /* SCHEDOP_poll's limit */
    uint64_t period;         /* ns; 0: no periodic timer */
    uint64_t period_last;    /* system time of the last periodic tick */
    struct runstate runstate;
    gva_t runstate_area; /* registered by the guest; 0: none */
    gva_t time_area;     /* a second copy of vcpu_time_info; 0: none */
    uint64_t published;  /* system time of the last publication; 0: never */
};

/* False without a place for its timers. */
bool vcpu_time_init(struct vcpu *v, struct vcpu_time *t);
/* None of its timers fires any more. */
void vcpu_time_stop(struct vcpu *v);
void vcpu_time_free(struct vcpu *v);
/* The wall clock at boot: read once, then published to each domain. */
void wall_clock_init(void);
void wall_clock_publish(struct domain *d);

/* The current vCPU: writes vcpu_time_info, and the registered copy. */
void time_publish(struct vcpu *v);
/* The current vCPU: writes the registered runstate area, if there is one. */
void runstate_publish(struct vcpu *v);

/* Copies an account out in the guest's layout, `mark` set in the entry time. 0 or -EFAULT. v's address space is loaded. */
int runstate_copy(const struct domain *d, gva_t to, const struct runstate *r, uint64_t mark);

/* v is about to run on this processor, or stops running on it, at `now`. Its address space is loaded. */
void vcpu_time_resume(struct vcpu *v, uint64_t now);
void vcpu_time_suspend(struct vcpu *v, uint64_t now);

/* Periodic timer: ns between ticks, 0 stops it. */
void vcpu_set_period(struct vcpu *v, uint64_t period);

#endif
