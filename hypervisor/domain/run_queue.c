// SPDX-License-Identifier: MIT
#include "domain/run_queue.h"

void run_queue_add(struct run_queue *q, struct vcpu_run *r)
{
    if (r->queued)
        return;
    r->queued = true;
    r->next = NULL;
    if (q->last)
        q->last->next = r;
    else
        q->first = r;
    q->last = r;
}

void run_queue_remove(struct run_queue *q, struct vcpu_run *r)
{
    struct vcpu_run **link = &q->first, *before = NULL;

    if (!r->queued)
        return;
    while (*link != r) {
        before = *link;
        link = &before->next;
    }
    *link = r->next;
    if (q->last == r)
        q->last = before;
    r->queued = false;
}

struct vcpu_run *run_queue_take(struct run_queue *q)
{
    struct vcpu_run *r = q->first;

    if (r)
        run_queue_remove(q, r);
    return r;
}

uint64_t run_slice(const struct vcpu_run *r)
{
    uint64_t slice = SLICE_DEFAULT_NS * r->weight / WEIGHT_DEFAULT;

    return MAX(SLICE_MIN_NS, MIN(slice, SLICE_MAX_NS));
}
