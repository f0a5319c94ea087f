// SPDX-License-Identifier: MIT
/* Who runs on this processor. domain/domain.h has what other folders call. */
#ifndef RINGLET_DOMAIN_SCHEDULER_H
#define RINGLET_DOMAIN_SCHEDULER_H

#include <abi/domctl.h>

#include "domain/run_queue.h"

/* Once a processor, after timers_init(). */
void scheduler_init(void);
/* Gives a new vCPU its part; it stays down until it is woken. False without a place for its timer. */
bool scheduler_add(struct vcpu *v, struct vcpu_run *r);
void scheduler_remove(struct vcpu *v);
/* Weight (1 to WEIGHT_MAX) and cap (hundredths of a processor; 0: none) of all vCPUs of d. */
void scheduler_set_share(struct domain *d, uint16_t weight, uint16_t cap);
/* What a toolstack takes this one for: XEN_SCHEDULER_x, whose weights and caps mean what ours do. */
#define SCHEDULER_SHOWN XEN_SCHEDULER_CREDIT2
/* ns that a processor had nothing to do. */
uint64_t scheduler_idle_time(uint32_t processor);

/* Sets or clears reasons not to run (enum vcpu_block); clearing the last one makes it runnable. */
void vcpu_stop(struct vcpu *v, uint32_t reasons);
void vcpu_start(struct vcpu *v, uint32_t reasons);

/* The guest's NMI handler is entered when v runs next, or when it leaves the handler. Wakes it. */
void vcpu_nmi(struct vcpu *v);

/* The current vCPU lets the others run first. */
void vcpu_yield(struct vcpu *v);

#endif
