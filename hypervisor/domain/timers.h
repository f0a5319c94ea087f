// SPDX-License-Identifier: MIT
/* Timers on this processor: the queue, kept in step with the interrupt of machine/clock.h. */
#ifndef RINGLET_DOMAIN_TIMERS_H
#define RINGLET_DOMAIN_TIMERS_H

#include "domain/timer_queue.h"

/* Once a processor, before any vCPU is created. */
void timers_init(void);
/* False when the queue has no place left. */
bool timer_register(struct timer *t, void (*fire)(struct timer *t));
void timer_unregister(struct timer *t);
/* due: system time; one that has passed fires as soon as the exit path is reached. */
void timer_set(struct timer *t, uint64_t due);
void timer_stop(struct timer *t);
/* The exit path's answer to WORK_TIMER: fires what is due. */
void timers_run(void);

#endif
