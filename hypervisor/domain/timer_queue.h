// SPDX-License-Identifier: MIT
/*
 * The timers of one processor: a binary heap by due time. Every timer is registered before use, which reserves its place,
 * so that setting one can never fail.
 */
#ifndef RINGLET_DOMAIN_TIMER_QUEUE_H
#define RINGLET_DOMAIN_TIMER_QUEUE_H

#include "core/lock.h"
#include "core/types.h"

#define TIMER_IDLE (~0u)

struct timer {
    uint64_t due;                  /* system time, ns */
    uint32_t slot;                 /* in the heap; TIMER_IDLE: not set */
    uint32_t processor;            /* whose queue it is in; domain/timers.c */
    void (*fire)(struct timer *t); /* called once due, with no lock held; may set it again */
};

struct timer_queue {
    struct lock lock;    /* protects everything below */
    struct timer **heap; /* heap[0] is due first */
    uint32_t set;        /* timers in the heap */
    uint32_t registered; /* at most capacity */
    uint32_t capacity;
};

void timer_queue_init(struct timer_queue *q, struct timer **heap, uint32_t capacity);
/* False when there is no place left. */
bool timer_queue_register(struct timer_queue *q, struct timer *t, void (*fire)(struct timer *t));
void timer_queue_unregister(struct timer_queue *q, struct timer *t);
/* Sets or moves it. */
void timer_queue_set(struct timer_queue *q, struct timer *t, uint64_t due);
void timer_queue_stop(struct timer_queue *q, struct timer *t);
/* The timer due first, or NULL. */
struct timer *timer_queue_first(const struct timer_queue *q);
/* Takes out and returns a timer that is due at `now`, earliest first; NULL when there is none. */
struct timer *timer_queue_take_due(struct timer_queue *q, uint64_t now);

#endif
