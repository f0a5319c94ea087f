// SPDX-License-Identifier: MIT
/*
 * A domain's grant table, version 1. Two records stand side by side for each grant:
 *
 *     shared (abi/grant_table.h)    active (struct active_grant)
 *     flags, domid, frame           pins, user, frame
 *     written by the guest at       the hypervisor's own: what was
 *     any moment                    checked when use began
 *
 * Rules.
 * 1. A shared entry is read once, flags and domid together, and changed by compare-exchange only; the frame is read
 *    once, after GTF_reading is set. From then on the active record is what counts: the guest may scribble on the
 *    shared entry, but changes nothing that was decided.
 * 2. While a grant has pins, GTF_reading stands in its shared entry, and GTF_writing while it has writing pins, so
 *    that the granter can see that it must wait.
 * 3. Pins count uses; references on the frame are taken besides, by each use for itself.
 */
#ifndef RINGLET_GRANTS_GRANT_TABLE_H
#define RINGLET_GRANTS_GRANT_TABLE_H

#include <abi/grant_table.h>

#include "core/domain.h"
#include "core/types.h"
#include "grants/maptrack.h"

#define GRANT_VERSION 1
#define GRANT_MAX_FRAMES 64u /* the reference's default */
#define GRANTS_PER_FRAME (PAGE_SIZE / sizeof(struct grant_entry_v1))

/* Pins of one kind are 8 bits wide; the top bit of any is the alarm that no more may be added. */
#define PIN_DEVICE_READ 0x00000001u
#define PIN_DEVICE_WRITE 0x00000100u
#define PIN_HOST_READ 0x00010000u
#define PIN_HOST_WRITE 0x01000000u
#define PIN_WRITERS 0xff00ff00u
#define PIN_FULL 0x80808080u

struct active_grant {
    uint32_t pins;
    uint16_t user; /* the domain that uses it, while there are pins */
    mfn_t frame;   /* decided at the first pin */
};
#define ACTIVE_ORDER 1
_Static_assert(GRANTS_PER_FRAME * sizeof(struct active_grant) <= PAGE_SIZE << ACTIVE_ORDER,
               "active records fit");

struct grant_table {
    uint32_t frames;     /* shared frames in use */
    uint32_t max_frames; /* at most GRANT_MAX_FRAMES */
    struct grant_entry_v1 *shared[GRANT_MAX_FRAMES];
    struct active_grant *active[GRANT_MAX_FRAMES];
    struct maptrack maptrack;
};

/* 0, or -ENOMEM. A new table has one frame. */
int grant_table_init(struct domain *d);
/* When the domain is gone and every mapping of and by it has been dropped. */
void grant_table_free(struct domain *d);

/* Makes the table at least `frames` long. -EINVAL beyond the maximum, -ENOMEM. */
int grant_table_grow(struct domain *d, uint32_t frames);

static inline uint32_t grant_count(const struct grant_table *t)
{
    return t->frames * (uint32_t)GRANTS_PER_FRAME;
}

static inline struct grant_entry_v1 *grant_shared(const struct grant_table *t, grant_ref_t ref)
{
    return &t->shared[ref / GRANTS_PER_FRAME][ref % GRANTS_PER_FRAME];
}

static inline struct active_grant *grant_active(const struct grant_table *t, grant_ref_t ref)
{
    return &t->active[ref / GRANTS_PER_FRAME][ref % GRANTS_PER_FRAME];
}

/* How a grant is about to be used. */
struct grant_use {
    uint16_t user; /* the domain */
    bool writable;
    bool whole;    /* needs the whole frame: a mapping */
    uint32_t pins; /* sum of PIN_x to add */
};

/*
 * Checks that the granter's entry allows the use and pins it. GNTST_okay, then *frame is the frame that was granted; it
 * need not be the granter's, so hold it (grant_frame.h) or unpin. Else GNTST_x, and nothing has changed.
 */
int grant_pin(struct domain *granter, grant_ref_t ref, const struct grant_use *use, mfn_t *frame);
/* Drops pins, and the marks in the shared entry that no pin needs any more. */
void grant_unpin(struct domain *granter, grant_ref_t ref, uint32_t pins);

/* The granter's entry accepts a transfer from `giver`: commits it. GNTST_okay or GNTST_general_error. */
int grant_accept_transfer(struct domain *granter, grant_ref_t ref, uint16_t giver);
void grant_complete_transfer(struct domain *granter, grant_ref_t ref, mfn_t frame);
void grant_abort_transfer(struct domain *granter, grant_ref_t ref);

/* Exchanges two entries of d that nobody uses. GNTST_okay, _bad_gntref, _eagain. */
int grant_swap(struct domain *d, grant_ref_t a, grant_ref_t b);

/* GNTST_x after recording why; the idiom is `return grant_refuse(...)`. */
int grant_refuse(int status, uint32_t reason, uint64_t expected, uint64_t found, uint64_t frame);

#endif
