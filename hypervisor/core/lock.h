// SPDX-License-Identifier: MIT
/*
 * Spinlocks. Ring 0 runs with interrupts off, so a lock never meets an interrupt handler. Held for short, bounded
 * stretches only; never across a preemption point or a guest copy that may take long.
 *
 * The order, outermost first. A CPU that holds one takes only locks further down:
 *
 *     1  domain list          which domains exist                      domain/domain_list.c
 *     2  domain               shutdown state, watchdogs, vCPU set-up    struct domain.lock
 *     3  event channels       ports and bindings of one domain; two of  events/event_channels.h
 *                             them in the order of domain ids
 *     4  grant table          entries and mappings of one domain        grants/
 *     5  page allocation      free lists                                memory/
 *     6  run queue            one processor's runnable vCPUs            domain/run_queue.h
 *     7  timer queue          one processor's timers                    domain/timer_queue.h
 *     8  console              serial input                              events/console.c
 *     9  interrupts           which domain has which device's            events/pirqs.c
 */
#ifndef RINGLET_CORE_LOCK_H
#define RINGLET_CORE_LOCK_H

#include <stdbool.h>
#include <stdint.h>

struct lock {
    volatile uint8_t held;
};

static inline bool lock_try(struct lock *l)
{
    return !__atomic_exchange_n(&l->held, 1, __ATOMIC_ACQUIRE);
}

static inline void lock_take(struct lock *l)
{
    while (!lock_try(l))
        while (l->held)
            __builtin_ia32_pause();
}

static inline void lock_release(struct lock *l)
{
    __atomic_store_n(&l->held, 0, __ATOMIC_RELEASE);
}

/* Two locks of one kind, given in their order; they may be the same one. */
static inline void lock_take_both(struct lock *first, struct lock *second)
{
    lock_take(first);
    if (second != first)
        lock_take(second);
}

static inline void lock_release_both(struct lock *first, struct lock *second)
{
    if (second != first)
        lock_release(second);
    lock_release(first);
}

#endif
