// SPDX-License-Identifier: MIT
/*
 * Page types: why a guest that owns its page tables cannot reach memory that is not its own.
 *
 * THE THEORY
 *
 * A guest reads and writes what the page tables it runs on map. So every table a processor can walk must be
 * checked, and no guest may write to a checked table. Each frame therefore has at most one type at a time, which
 * says what it is used as, and a count of those uses:
 *
 *     none        nothing that matters              L1, L2, L3, L4  a page table of that level
 *     writable    mapped writable somewhere         L2 shared       the L2 of a PAE root's slot 3
 *     segment     part of a GDT or LDT
 *
 * T1  One type. A frame's type changes only while its count is 0.                              frame_get_type()
 * T2  A writable mapping is a use of its frame as `writable`. With T1: no table and no descriptor page is
 *     mapped writable anywhere.                                                                 l1_table.c
 * T3  A present L1 entry holds a reference to its frame, which belongs to the domain or is granted to it, or is not
 *     RAM and the domain has a right to it.                                                     l1_table.c
 * T4  A present entry of an L2 (L3) is a use of its frame as an L1 (L2). So what is reachable from a table has
 *     been checked all the way down, and levels cannot form a loop.                             l2_table.c, l3_table.c
 * T5  Before the first use as a table or descriptor page all entries are checked; from then on they change only by
 *     functions that check the new entry first.                                                 validate(), *_entry_update()
 * T6  A pinned table has one use that belongs to the pin; a vCPU's root has one too.            page_tables.c
 * T7  When the last use of a table ends, the references of its entries are dropped.             release()
 * T8  Before a frame is used as another type than before, no processor holds a translation from its earlier
 *     use: the old writable mappings of a new table, the old walks of a table that turns writable. The
 *     same when a frame changes owner.                                                          tlb_stamp
 * T9  Large pages are refused, so T2 and T3 hold for every byte that is mapped.                 l2_table.c
 * T10 A PAE root is a whole page to a processor in long mode: entries 4 to 511 are zero and stay so. Its U and RW bits
 *     are set in memory whatever the guest wrote.                                               l3_table.c
 * T11 Slot 3 of a PAE root is present and leads to an L2 of type `L2 shared`, with the hypervisor's slots written by us.
 *     That L2 has one root, and the slot does not change while the root is in use.              l2_table.c, l3_table.c
 * T12 Linear tables: a read-only L2 entry may name an L2 instead of an L1, for that gives read access to tables only.
 *     A table with such entries is not itself named by them (its own apart), so walks end.      linear_tables.c
 * T13 Hypervisor frames shared with a guest have a permanent use as `writable` (or as `none`, if read-only): by T1
 *     they never become tables.                                                                 frame_share()
 * T14 A frame that is not RAM has no record of use: it is mapped by L1 entries only.            l1_table.c, io_memory.c
 *
 * ONE FRAME'S LIFE
 *
 *                   validate                           last use ends
 *     unused ---> busy ----------> validated, n uses ----------------> busy or dying ---> unused
 *                  | ^
 *     stopped early| | again
 *                  v |
 *                 partial: entries [0, validated) hold references
 *
 * Type, state and count are one word (type_word.h), and every step is one exchange of it. `busy` belongs to the
 * processor that set it: others wait, and that cannot be a circle since validating a table waits for lower levels
 * only. `partial` and `dying` own the frame's single use and a general reference of their own: the frame stays what it
 * is until somebody goes on, or the domain ends. A dying table is on the list of the vCPU that dropped its last use;
 * frame_release_pending() empties the list before the hypercall returns, children being appended in turn, so that the
 * depth of the tree costs no stack.
 */
#include "memory/page_types.h"

#include "core/errno.h"
#include "core/log.h"
#include "core/why.h"
#include "machine/cpu.h"
#include "machine/percpu.h"
#include "machine/tlb.h"

static bool needs_validation(enum frame_type type)
{
    return type != TYPE_NONE && type != TYPE_WRITABLE;
}

/* Rule T7, the short way. The frame is busy or dying with one use, and nobody else changes its type. */
static void become_unused(struct frame *f)
{
    f->tlb_stamp = tlb_clock_now();
    f->validated = 0;
    __atomic_store_n(&f->type, type_word(type_of(f->type), 0), __ATOMIC_RELEASE);
}

static int release_now(struct frame *f, struct domain *d)
{
    const struct table_kind *kind = table_kinds[type_of(f->type)];
    int error = kind && kind->release && f->validated ? kind->release(f, d) : 0;

    if (!error)
        become_unused(f);
    return error;
}

/* The frame is busy with one use: its release goes to the current vCPU's list, with a reference that keeps it alive. */
static void release_later(struct frame *f, struct domain *d)
{
    struct vcpu *v = current_vcpu();

    __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
    if (!v) { /* while the machine starts there is no hypercall to interrupt */
        while (release_now(f, d))
            ;
        frame_put(f);
        return;
    }
    f->next_dying = v->dying_tables;
    v->dying_tables = (uint32_t)frame_number(f).raw;
    __atomic_store_n(&f->type, type_word(type_of(f->type), 1) | TYPE_DYING, __ATOMIC_RELEASE);
}

int frame_release_pending(struct vcpu *v)
{
    while (v->dying_tables) {
        struct frame *f = frame_of(mfn(v->dying_tables));
        struct domain *d = f->owner == v->domain->id ? v->domain : domain_find(f->owner);
        int error;

        v->dying_tables = f->next_dying;
        error = release_now(f, d);
        if (error) {
            f->next_dying = v->dying_tables;
            v->dying_tables = (uint32_t)frame_number(f).raw;
            return error;
        }
        frame_put(f);
    }
    return 0;
}

/* The frame is busy with one use, the caller's. Checks its entries, from where an earlier attempt stopped. */
static int validate(struct frame *f, struct domain *d, bool was_partial)
{
    enum frame_type type = type_of(f->type);
    const struct table_kind *kind = table_kinds[type];
    int error = kind ? kind->validate(f, d) : refuse(-EINVAL, REASON_pin_level, 0, type, frame_number(f).raw);

    if (error == -ERESTART) {
        if (!was_partial)
            __atomic_add_fetch(&f->refs, 1, __ATOMIC_RELAXED);
        __atomic_store_n(&f->type, type_word(type, 1) | TYPE_PARTIAL, __ATOMIC_RELEASE);
        return error;
    }
    if (!error) {
        d->counters.page_types_validated++;
        __atomic_store_n(&f->type, type_word(type, 1) | TYPE_VALIDATED, __ATOMIC_RELEASE);
    } else if (f->validated == 0 || !kind->long_release) {
        release_now(f, d);
    } else {
        release_later(f, d);
    }
    if (was_partial)
        frame_put(f);
    return error;
}

/* Rule T1: nobody uses the frame, so it may become `type`. 1 when the exchange failed and the caller looks again. */
static int claim(struct frame *f, struct domain *d, enum frame_type type, uint64_t *seen)
{
    bool changes = type_of(*seen) != type && type_of(*seen) != TYPE_NONE;

    if (!changes && !needs_validation(type))
        return type_exchange(f, seen, type_word(type, 1) | TYPE_VALIDATED) ? 0 : 1;
    if (!type_exchange(f, seen, type_word(type, 1) | TYPE_BUSY))
        return 1;
    if (changes)
        tlb_flush_stale(f->tlb_stamp); /* rule T8 */
    if (needs_validation(type)) {
        f->validated = 0;
        f->linear_uses = 0;
        return validate(f, d, false);
    }
    __atomic_store_n(&f->type, type_word(type, 1) | TYPE_VALIDATED, __ATOMIC_RELEASE);
    return 0;
}

/* Why one more use as `type` is impossible, or 0. */
static int conflict(const struct frame *f, enum frame_type type, uint64_t seen)
{
    uint64_t m = frame_number(f).raw;

    if ((f->flags & FRAME_SHARED) && type_of(seen) != type)
        return refuse(-EINVAL, REASON_frame_shared_by_hypervisor, type, type_of(seen), m); /* T13 */
    if (type == TYPE_L2_SHARED && type_of(seen) == type && (seen & TYPE_VALIDATED))
        return refuse(-EINVAL, REASON_l2_hypervisor_shared, 0, type_uses(seen), m); /* T11 */
    if (type_of(seen) != type)
        return refuse(-EINVAL, REASON_frame_type_conflict, type, type_of(seen), m); /* T1 */
    if (type_uses(seen) >= TYPE_USES_MAX)
        return refuse(-EINVAL, REASON_frame_type_count_overflow, 0, type_uses(seen), m);
    return 0;
}

int frame_get_type(struct frame *f, struct domain *d, enum frame_type type)
{
    uint64_t seen = type_read(f);

    for (;;) {
        int error;

        if (type_uses(seen) == 0 && !(seen & TYPE_BUSY)) {
            error = claim(f, d, type, &seen);
            if (error <= 0)
                return error;
            continue;
        }
        error = conflict(f, type, seen);
        if (error)
            return error;
        if (seen & TYPE_DYING)
            return -ERESTART;
        if (seen & TYPE_VALIDATED) {
            if (type_exchange(f, &seen, seen + 1))
                return 0;
        } else if (seen & TYPE_PARTIAL) {
            if (type_exchange(f, &seen, type_word(type, 1) | TYPE_BUSY))
                return validate(f, d, true);
        } else {
            cpu_relax(); /* another processor validates it just now */
            seen = type_read(f);
        }
    }
}

bool frame_get_writable_slow(struct frame *f)
{
    uint64_t seen = type_read(f);

    for (;;) {
        if (type_uses(seen) == 0 && !(seen & TYPE_BUSY)) {
            int error = claim(f, NULL, TYPE_WRITABLE, &seen);

            if (error <= 0)
                return error == 0;
        } else if (type_of(seen) != TYPE_WRITABLE || type_uses(seen) >= TYPE_USES_MAX) {
            return false;
        } else if (seen & TYPE_BUSY) {
            cpu_relax();
            seen = type_read(f);
        } else if (type_exchange(f, &seen, seen + 1)) {
            return true;
        }
    }
}

/* The last use of a table has gone; it is busy. */
static void __attribute__((noinline)) release_unused(struct frame *f)
{
    struct vcpu *v = current_vcpu();
    struct domain *d = v && v->domain->id == f->owner ? v->domain : domain_find(f->owner);

    f->validated = ENTRIES_PER_TABLE;
    if (table_kinds[type_of(f->type)]->long_release)
        release_later(f, d);
    else
        release_now(f, d);
}

void frame_put_type_slow(struct frame *f)
{
    uint64_t seen = type_read(f);

    for (;;) {
        INVARIANT(type_uses(seen) > 0 && (seen & TYPE_VALIDATED));
        if (type_uses(seen) == 1 && (seen & TYPE_LOCKED)) {
            cpu_relax(); /* another processor changes an entry just now */
            seen = type_read(f);
        } else if (type_uses(seen) == 1 && needs_validation(type_of(seen))) {
            if (type_exchange(f, &seen, type_word(type_of(seen), 1) | TYPE_BUSY)) {
                release_unused(f);
                return;
            }
        } else {
            if (type_uses(seen) == 1)
                f->tlb_stamp = tlb_clock_now(); /* T8: before anybody else can claim the frame */
            if (type_exchange(f, &seen, seen - 1))
                return;
        }
    }
}

int frame_hold(mfn_t m, struct domain *d, enum frame_type type)
{
    struct frame *f = frame_get(m, d);
    int error;

    if (!f)
        return frame_refuse(m, d, -EINVAL);
    error = frame_get_type(f, d, type);
    if (error)
        frame_put(f);
    return error;
}

void frame_undo_partial(struct frame *f, struct domain *d)
{
    uint64_t seen = type_read(f);

    while (seen & TYPE_PARTIAL)
        if (type_exchange(f, &seen, type_word(type_of(seen), 1) | TYPE_BUSY)) {
            release_later(f, d);
            frame_put(f); /* the unfinished check's own */
            return;
        }
}

bool frame_pin(struct frame *f)
{
    return !(__atomic_fetch_or(&f->type, TYPE_PINNED, __ATOMIC_ACQ_REL) & TYPE_PINNED);
}

bool frame_unpin(struct frame *f)
{
    return __atomic_fetch_and(&f->type, ~TYPE_PINNED, __ATOMIC_ACQ_REL) & TYPE_PINNED;
}
