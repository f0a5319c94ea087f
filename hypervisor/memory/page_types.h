// SPDX-License-Identifier: MIT
/*
 * Type references: what a frame is used as, and how often. The rules stand at the top of page_types.c. Whoever
 * takes a type reference holds a general one (frame.h) at least as long.
 */
#ifndef RINGLET_MEMORY_PAGE_TYPES_H
#define RINGLET_MEMORY_PAGE_TYPES_H

#include "core/log.h"
#include "machine/cpu.h"
#include "machine/tlb.h"
#include "memory/frame.h"
#include "memory/type_word.h"

/*
 * What makes a frame's content fit for a type. `validate` takes the references of entries from f->validated on and
 * advances it as it goes: 0; -ERESTART when it stopped early because other work waits; or a refusal, recorded.
 * `release` drops the references of entries [0, f->validated), downwards, and lowers it: 0 or -ERESTART.
 * `long_release`: it may take long, so it is put off to where it can be interrupted.
 */
struct table_kind {
    int (*validate)(struct frame *f, struct domain *d);
    int (*release)(struct frame *f, struct domain *d);
    bool long_release;
};

/*
 * By type; page_tables.c fills in the levels, traps/ the descriptor pages at start. A type that needs a kind and has none
 * is refused.
 */
extern const struct table_kind *table_kinds[TYPE_COUNT];

/*
 * A type reference. 0; -EINVAL when the frame is in use as another type; the refusal of an entry that is not valid;
 * -ERESTART when validation stopped early or the frame is being released: the call is to be made again. Reasons are
 * recorded.
 */
int frame_get_type(struct frame *f, struct domain *d, enum frame_type type);
void frame_put_type_slow(struct frame *f);
/* When it was not the last use, nothing but the count changes. */
static inline void frame_put_type(struct frame *f)
{
    uint64_t seen = type_read(f);

    if (unlikely(type_uses(seen) <= 1) || !type_exchange(f, &seen, seen - 1))
        frame_put_type_slow(f);
}

static inline void table_unlock(struct frame *f)
{
    __atomic_and_fetch(&f->type, ~TYPE_LOCKED, __ATOMIC_RELEASE);
}

/* The same for TYPE_WRITABLE, without a record of a refusal. */
bool frame_get_writable_slow(struct frame *f);
static inline bool frame_get_writable(struct frame *f)
{
    uint64_t seen = type_read(f);

    if (likely(type_of(seen) == TYPE_WRITABLE && type_uses(seen) < TYPE_USES_MAX && !(seen & TYPE_BUSY)) &&
        type_exchange(f, &seen, seen + 1))
        return true;
    return frame_get_writable_slow(f);
}

static inline void frame_put_writable(struct frame *f)
{
    uint64_t seen = type_read(f);

    do {
        if (type_uses(seen) <= 1) {
            INVARIANT(type_uses(seen) == 1);
            f->tlb_stamp = tlb_clock_now(); /* rule T8: before anybody else can claim the frame */
        }
    } while (unlikely(!type_exchange(f, &seen, seen - 1)));
}

/* One more use of a table that is validated and in use already, whatever its level; TYPE_NONE when it is not. */
static inline enum frame_type frame_hold_table(struct frame *f)
{
    uint64_t seen = type_read(f);

    do {
        if (unlikely(!(seen & TYPE_VALIDATED)) || unlikely((int32_t)type_uses(seen) <= 0) ||
            unlikely(type_of(seen) == TYPE_NONE))
            return TYPE_NONE;
    } while (unlikely(!type_exchange(f, &seen, seen + 1)));
    return type_of(seen);
}

/*
 * Locks a validated L1 of d while entries are changed, which all who change one do: its last use waits, and whose use that is holds the frame, so
 * the changer needs no reference of its own. (A table is validated only while it has uses.) f is RAM. False when it is nothing of the kind.
 */
static inline bool table_lock(struct frame *f, const struct domain *d)
{
    const uint64_t free_l1 = type_word(TYPE_L1, 0) | TYPE_VALIDATED, ignored = TYPE_USES | TYPE_PINNED;
    uint64_t seen = type_read(f);

    while (unlikely((seen & ~ignored) != free_l1) || unlikely(!type_exchange(f, &seen, seen | TYPE_LOCKED))) {
        if ((seen & ~ignored & ~TYPE_LOCKED) != free_l1)
            return false;
        cpu_relax();
        seen = type_read(f);
    }
    if (likely(f->owner == d->id))
        return true;
    table_unlock(f);
    return false;
}

/* General and type reference together: a mapping's or a descriptor table's hold on a frame of d. */
int frame_hold(mfn_t m, struct domain *d, enum frame_type type);
static inline void frame_release(mfn_t m)
{
    struct frame *f = frame_of(m);

    frame_put_type(f);
    frame_put(f);
}

/* A check of f's entries that stopped early and that nobody will go on with: drops what it took. The caller holds f. */
void frame_undo_partial(struct frame *f, struct domain *d);

/* Pins: one use that belongs to the guest's wish. False when it was so already. */
bool frame_pin(struct frame *f);
bool frame_unpin(struct frame *f);

/*
 * Goes on with the releases that v put off. 0 when all is done, -ERESTART when other work waits: the hypercall that
 * caused them must not return to the guest before.
 */
int frame_release_pending(struct vcpu *v);

#endif
