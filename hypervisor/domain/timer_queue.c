// SPDX-License-Identifier: MIT
#include "domain/timer_queue.h"

static void place(struct timer_queue *q, struct timer *t, uint32_t slot)
{
    q->heap[slot] = t;
    t->slot = slot;
}

static void sift_up(struct timer_queue *q, struct timer *t, uint32_t slot)
{
    while (slot > 0 && q->heap[(slot - 1) / 2]->due > t->due) {
        place(q, q->heap[(slot - 1) / 2], slot);
        slot = (slot - 1) / 2;
    }
    place(q, t, slot);
}

static void sift_down(struct timer_queue *q, struct timer *t, uint32_t slot)
{
    for (;;) {
        uint32_t child = 2 * slot + 1;

        if (child + 1 < q->set && q->heap[child + 1]->due < q->heap[child]->due)
            child++;
        if (child >= q->set || q->heap[child]->due >= t->due)
            break;
        place(q, q->heap[child], slot);
        slot = child;
    }
    place(q, t, slot);
}

void timer_queue_init(struct timer_queue *q, struct timer **heap, uint32_t capacity)
{
    *q = (struct timer_queue){.heap = heap, .capacity = capacity};
}

bool timer_queue_register(struct timer_queue *q, struct timer *t, void (*fire)(struct timer *t))
{
    if (q->registered == q->capacity)
        return false;
    q->registered++;
    *t = (struct timer){.slot = TIMER_IDLE, .fire = fire};
    return true;
}

void timer_queue_unregister(struct timer_queue *q, struct timer *t)
{
    timer_queue_stop(q, t);
    q->registered--;
}

void timer_queue_set(struct timer_queue *q, struct timer *t, uint64_t due)
{
    bool later = t->slot != TIMER_IDLE && due > t->due;

    t->due = due;
    if (t->slot == TIMER_IDLE)
        sift_up(q, t, q->set++);
    else if (later)
        sift_down(q, t, t->slot);
    else
        sift_up(q, t, t->slot);
}

void timer_queue_stop(struct timer_queue *q, struct timer *t)
{
    uint32_t slot = t->slot;
    struct timer *last;

    if (slot == TIMER_IDLE)
        return;
    t->slot = TIMER_IDLE;
    last = q->heap[--q->set];
    if (last == t)
        return;
    /* The last one fills the hole; it may belong above or below it. */
    if (slot > 0 && q->heap[(slot - 1) / 2]->due > last->due)
        sift_up(q, last, slot);
    else
        sift_down(q, last, slot);
}

struct timer *timer_queue_first(const struct timer_queue *q)
{
    return q->set ? q->heap[0] : NULL;
}

struct timer *timer_queue_take_due(struct timer_queue *q, uint64_t now)
{
    struct timer *t = timer_queue_first(q);

    if (!t || t->due > now)
        return NULL;
    timer_queue_stop(q, t);
    return t;
}
