// SPDX-License-Identifier: MIT
#include "grants/grant_table.h"

#include "core/string.h"
#include "core/why.h"
#include "grants/grant_frame.h"
#include "memory/frame.h"
#include "memory/frame_alloc.h"

/* How often a shared entry may change under our hands before the granter is taken to play games. */
#define EXCHANGE_TRIES 5

/* Flags and domid of a shared entry, as the one word in which they are compared and exchanged. */
union entry_head {
    uint32_t word;
    struct {
        uint16_t flags;
        uint16_t domid;
    };
};

int grant_refuse(int status, uint32_t reason, uint64_t expected, uint64_t found, uint64_t frame)
{
    return refuse(status, reason, expected, found, frame);
}

_Static_assert(sizeof(struct grant_table) <= PAGE_SIZE, "a grant table's head fits a frame");

int grant_table_init(struct domain *d)
{
    mfn_t head = frame_alloc(0, 0);
    int error;

    if (mfn_equal(head, MFN_NONE))
        return -ENOMEM;
    d->grants = frame_map(head);
    d->grants->max_frames = GRANT_MAX_FRAMES;
    maptrack_init(&d->grants->maptrack);
    error = grant_table_grow(d, 1);
    if (error) {
        d->grants = NULL;
        frame_free(head, 0);
    }
    return error;
}

void grant_table_free(struct domain *d)
{
    struct grant_table *t = d->grants;

    if (!t)
        return;
    d->grants = NULL;
    maptrack_free(&t->maptrack);
    while (t->frames) {
        mfn_t shared = frame_unmap(t->shared[--t->frames]);

        frame_free(frame_unmap(t->active[t->frames]), ACTIVE_ORDER);
        if (frame_unshare(shared))
            frame_free(shared, 0);
    }
    frame_free(frame_unmap(t), 0);
}

static bool add_frame(struct domain *d, struct grant_table *t)
{
    mfn_t active = frame_alloc(ACTIVE_ORDER, 0), shared;

    if (mfn_equal(active, MFN_NONE))
        return false;
    shared = frame_alloc(0, 0);
    if (mfn_equal(shared, MFN_NONE)) {
        frame_free(active, ACTIVE_ORDER);
        return false;
    }
    t->active[t->frames] = frame_map(active);
    t->shared[t->frames] = frame_map(shared);
    frame_share(shared, d, true);
    t->frames++;
    return true;
}

int grant_table_grow(struct domain *d, uint32_t frames)
{
    struct grant_table *t = d->grants;

    if (frames > t->max_frames)
        return refuse(-EINVAL, REASON_grant_table_frames, t->max_frames, frames, 0);
    while (t->frames < frames)
        if (!add_frame(d, t))
            return refuse(-ENOMEM, REASON_out_of_hypervisor_memory, 0, PAGE_SIZE * 3, 0);
    return 0;
}

int grant_frame_refuse(mfn_t frame, const struct domain *granter, bool writable, uint32_t ref)
{
    struct frame *f = frame_get(frame, granter);

    if (!f)
        return grant_refuse(GNTST_bad_page, REASON_grant_frame, writable, ref, frame.raw);
    frame_put(f);
    return grant_refuse(GNTST_general_error, REASON_grant_frame, writable, ref, frame.raw);
}

static uint32_t *head_word(struct grant_entry_v1 *e)
{
    return (uint32_t *)(void *)e;
}

static bool exchange_head(struct grant_entry_v1 *e, union entry_head *seen, union entry_head next)
{
    return __atomic_compare_exchange_n(head_word(e), &seen->word, next.word, false, __ATOMIC_SEQ_CST,
                                       __ATOMIC_SEQ_CST);
}

/* Rule 1 and 2: checks the offer, unless it has been checked by an earlier pin, and marks it used. */
static int mark_entry(struct grant_entry_v1 *e, const struct active_grant *active, grant_ref_t ref,
                      const struct grant_use *use)
{
    const uint16_t mask = use->whole ? GTF_type_mask | GTF_sub_page : GTF_type_mask;
    union entry_head seen = {.word = READ_ONCE(*head_word(e))};

    for (unsigned tries = 0; tries < EXCHANGE_TRIES; tries++) {
        union entry_head next = seen;

        if (!active->pins && ((seen.flags & mask) != GTF_permit_access || seen.domid != use->user))
            return grant_refuse(GNTST_general_error, REASON_grant_not_granted, seen.flags, ref, 0);
        if (use->writable && seen.flags & GTF_readonly)
            return grant_refuse(GNTST_general_error, REASON_grant_read_only, seen.flags, ref, 0);
        next.flags |= use->writable ? GTF_reading | GTF_writing : GTF_reading;
        if (likely(exchange_head(e, &seen, next)))
            return GNTST_okay;
    }
    return grant_refuse(GNTST_general_error, REASON_grant_contended, EXCHANGE_TRIES, ref, 0);
}

/* Clears marks no pin stands for. Single bits, so nothing else the guest writes there is lost. */
static void unmark_entry(struct grant_entry_v1 *e, uint32_t pins)
{
    uint16_t gone = 0;

    if (!(pins & PIN_WRITERS))
        gone |= GTF_writing;
    if (!pins)
        gone |= GTF_reading;
    if (gone)
        __atomic_and_fetch(&e->flags, (uint16_t)~gone, __ATOMIC_SEQ_CST);
}

int grant_pin(struct domain *granter, grant_ref_t ref, const struct grant_use *use, mfn_t *frame)
{
    struct grant_table *t = granter->grants;
    struct active_grant *active;
    uint32_t pins;

    if (unlikely(ref >= grant_count(t)))
        return grant_refuse(GNTST_bad_gntref, REASON_grant_reference, grant_count(t), ref, 0);
    active = grant_active(t, ref);
    pins = active->pins;
    if (pins && unlikely(active->user != use->user || pins & PIN_FULL))
        return grant_refuse(GNTST_general_error, REASON_grant_busy, pins, ref, 0);
    if (!pins || (use->writable && !(pins & PIN_WRITERS))) {
        struct grant_entry_v1 *shared = grant_shared(t, ref);
        int status = mark_entry(shared, active, ref, use);

        if (unlikely(status))
            return status;
        if (!pins) { /* the first pin decides which frame is meant */
            active->frame = mfn(READ_ONCE(shared->frame));
            active->user = use->user;
        }
    }
    active->pins = pins + use->pins;
    *frame = active->frame;
    return GNTST_okay;
}

void grant_unpin(struct domain *granter, grant_ref_t ref, uint32_t pins)
{
    struct active_grant *active = grant_active(granter->grants, ref);

    active->pins -= pins;
    unmark_entry(grant_shared(granter->grants, ref), active->pins);
}

int grant_accept_transfer(struct domain *granter, grant_ref_t ref, uint16_t giver)
{
    struct grant_table *t = granter->grants;
    struct grant_entry_v1 *e;
    union entry_head seen;

    if (ref >= grant_count(t))
        return grant_refuse(GNTST_general_error, REASON_grant_reference, grant_count(t), ref, 0);
    e = grant_shared(t, ref);
    seen.word = READ_ONCE(*head_word(e));
    for (unsigned tries = 0; tries < EXCHANGE_TRIES; tries++) {
        union entry_head next = seen;

        if (seen.flags != GTF_accept_transfer || seen.domid != giver)
            return grant_refuse(GNTST_general_error, REASON_grant_transfer_slot, seen.flags, ref, 0);
        next.flags |= GTF_transfer_committed;
        if (exchange_head(e, &seen, next))
            return GNTST_okay;
    }
    return grant_refuse(GNTST_general_error, REASON_grant_contended, EXCHANGE_TRIES, ref, 0);
}

void grant_complete_transfer(struct domain *granter, grant_ref_t ref, mfn_t frame)
{
    struct grant_entry_v1 *e = grant_shared(granter->grants, ref);

    WRITE_ONCE(e->frame, (uint32_t)frame.raw);
    __atomic_or_fetch(&e->flags, (uint16_t)GTF_transfer_completed, __ATOMIC_SEQ_CST);
}

void grant_abort_transfer(struct domain *granter, grant_ref_t ref)
{
    struct grant_entry_v1 *e = grant_shared(granter->grants, ref);

    __atomic_and_fetch(&e->flags, (uint16_t)~GTF_transfer_committed, __ATOMIC_SEQ_CST);
}

static bool swappable(const struct grant_table *t, grant_ref_t ref, int *status)
{
    *status = GNTST_okay;
    if (ref >= grant_count(t))
        *status = grant_refuse(GNTST_bad_gntref, REASON_grant_reference, grant_count(t), ref, 0);
    else if (grant_active(t, ref)->pins)
        *status = grant_refuse(GNTST_eagain, REASON_grant_busy, grant_active(t, ref)->pins, ref, 0);
    return !*status;
}

int grant_swap(struct domain *d, grant_ref_t a, grant_ref_t b)
{
    struct grant_table *t = d->grants;
    struct grant_entry_v1 kept;
    int status;

    if (a == b && a < grant_count(t))
        return GNTST_okay;
    if (!swappable(t, a, &status) || !swappable(t, b, &status))
        return status;
    kept = *grant_shared(t, a);
    *grant_shared(t, a) = *grant_shared(t, b);
    *grant_shared(t, b) = kept;
    return GNTST_okay;
}
