// SPDX-License-Identifier: MIT
/* Who runs on this processor. domain/domain.h has what other folders call. */
#ifndef RINGLET_DOMAIN_SCHEDULER_H
#define RINGLET_DOMAIN_SCHEDULER_H

#include "domain/run_queue.h"

/* Once a processor, after timers_init(). */
void scheduler_init(void);
/* Gives a new vCPU its part; it stays down until it is woken. */
void scheduler_add(struct vcpu *v, struct vcpu_run *r);

/* Sets or clears reasons not to run (enum vcpu_block); clearing the last one makes it runnable. */
void vcpu_stop(struct vcpu *v, uint32_t reasons);
void vcpu_start(struct vcpu *v, uint32_t reasons);

/* The guest's NMI handler is entered when v runs next, or when it leaves the handler. Wakes it. */
void vcpu_nmi(struct vcpu *v);

/* The current vCPU lets the others run first. */
void vcpu_yield(struct vcpu *v);

#endif
