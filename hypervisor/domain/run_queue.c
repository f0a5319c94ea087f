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

void run_queue_add_first(struct run_queue *q, struct vcpu_run *r)
{
    if (r->queued)
        return;
    r->queued = true;
    r->next = q->first;
    q->first = r;
    if (!q->last)
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

static uint64_t cap_budget(const struct vcpu_run *r)
{
    return CAP_PERIOD_NS / 100 * r->cap;
}

static uint64_t left_of(uint64_t whole, uint64_t used)
{
    return whole > used ? whole - used : 0;
}

uint64_t run_begin(struct vcpu_run *r, uint64_t now)
{
    if (now >= r->period_end) {
        r->used = 0;
        r->period_end = now + CAP_PERIOD_NS;
    }
    if (!r->slice_left)
        r->slice_left = run_slice(r);
    r->started = now;
    return now + (r->cap ? MIN(r->slice_left, left_of(cap_budget(r), r->used)) : r->slice_left);
}

bool run_account(struct vcpu_run *r, uint64_t now)
{
    uint64_t ran = left_of(now, r->started);

    r->started = now;
    r->used += ran;
    r->slice_left = left_of(r->slice_left, ran);
    return r->cap && r->used >= cap_budget(r);
}

bool run_woken(struct vcpu_run *r, uint64_t now)
{
    r->slice_left = MIN(r->slice_left + left_of(now, r->slept) / 4, run_slice(r));
    return r->slice_left > 0;
}
