// SPDX-License-Identifier: MIT
#include "domain/timers.h"

#include "core/log.h"
#include "machine/clock.h"
#include "machine/direct_map.h"
#include "machine/percpu.h"
#include "memory/frame_alloc.h"

#define CPUS_MAX 32

/* When each processor's interrupt will come; an earlier timer moves it, a later or stopped one lets it come in vain. */
static uint64_t armed[CPUS_MAX];
static struct timer_queue queues[CPUS_MAX];

static struct timer_queue *my_queue(void)
{
    return &queues[this_cpu()->id];
}

/* A timer stays with the processor it was registered on, whoever sets it. */
static struct timer_queue *queue_of(const struct timer *t)
{
    return &queues[t->processor];
}

void timers_init(void)
{
    mfn_t page = frame_alloc(0, 0);

    INVARIANT(this_cpu()->id < CPUS_MAX && !mfn_equal(page, MFN_NONE));
    timer_queue_init(my_queue(), frame_map(page), PAGE_SIZE / sizeof(struct timer *));
    armed[this_cpu()->id] = UINT64_MAX;
}

bool timer_register(struct timer *t, void (*fire)(struct timer *t))
{
    struct timer_queue *q = my_queue();
    bool registered;

    lock_take(&q->lock);
    registered = timer_queue_register(q, t, fire);
    t->processor = this_cpu()->id;
    lock_release(&q->lock);
    return registered;
}

void timer_unregister(struct timer *t)
{
    struct timer_queue *q = queue_of(t);

    lock_take(&q->lock);
    timer_queue_unregister(q, t);
    lock_release(&q->lock);
}

/* Of this processor's timers. (Another one's would need an interrupt to that one; there is none yet.) */
static void arm(uint64_t due)
{
    if (due < armed[this_cpu()->id]) {
        armed[this_cpu()->id] = due;
        clock_wake_at(due);
    }
}

void timer_set(struct timer *t, uint64_t due)
{
    struct timer_queue *q = queue_of(t);

    if ((int64_t)due < 0) /* system time is signed to guests: it has passed */
        due = 0;
    lock_take(&q->lock);
    timer_queue_set(q, t, due);
    if (t->processor == this_cpu()->id)
        arm(due);
    lock_release(&q->lock);
}

void timer_stop(struct timer *t)
{
    struct timer_queue *q = queue_of(t);

    lock_take(&q->lock);
    timer_queue_stop(q, t);
    lock_release(&q->lock);
}

void timers_run(void)
{
    struct timer_queue *q = my_queue();
    struct timer *t;

    for (;;) {
        lock_take(&q->lock);
        t = timer_queue_take_due(q, clock_now());
        if (!t)
            break;
        lock_release(&q->lock);
        t->fire(t);
    }
    armed[this_cpu()->id] = UINT64_MAX;
    t = timer_queue_first(q);
    if (t)
        arm(t->due);
    lock_release(&q->lock);
}
