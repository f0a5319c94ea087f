// SPDX-License-Identifier: MIT
/*
 * Level 1, the level of rules T2, T3 and T14 (page_types.c). An update decides first, then replaces the entry by one
 * exchange, and only then drops what the old entry held: nothing is ever mapped without being held.
 */
#include "memory/l1_table.h"

#include "core/errno.h"
#include "core/why.h"
#include "memory/frame_write.h"
#include "memory/io_memory.h"
#include "memory/pte.h"

#define GROUP 8u /* entries looked at together */

static void (*segment_unmapped)(struct domain *d);

void l1_on_segment_unmapped(void (*call)(struct domain *d))
{
    segment_unmapped = call;
}

/* Rule T14. */
static int take_device(uint64_t *entry, struct domain *d, struct domain *owner)
{
    mfn_t m = pte_frame(*entry);
    enum io_access access = domain_may_map_io(owner == &device_domain ? d : owner, m);

    if (owner != &device_domain && owner != d)
        access = MIN(access, domain_may_map_io(d, m));
    if (access == IO_FULL)
        return 0;
    if (access == IO_READ_ONLY) {
        *entry &= ~PTE_RW;
        return 0;
    }
    if (access == IO_GUARDED)
        return refuse(-EPERM, REASON_device_frame_guarded, 0, *entry, m.raw);
    return refuse(m.raw == PTE_FRAME >> PAGE_SHIFT ? -EINVAL : -EPERM, REASON_device_frame_denied, 0, *entry,
                  m.raw);
}

static int RARE refuse_writable(struct frame *f, uint64_t entry)
{
    uint64_t seen = type_read(f), m = frame_number(f).raw;

    frame_put(f);
    if (type_of(seen) == TYPE_WRITABLE)
        return refuse(-EBUSY, REASON_frame_type_count_overflow, 0, type_uses(seen), m);
    if (f->flags & FRAME_SHARED)
        return refuse(-EBUSY, REASON_frame_shared_by_hypervisor, TYPE_WRITABLE, type_of(seen), m);
    return refuse(-EBUSY, REASON_frame_type_conflict, TYPE_WRITABLE, type_of(seen), m);
}

/* `entry`, which has no such mark, is for the frame that a grant mapping shows, and with the same access. */
static bool same_grant(uint64_t old, uint64_t entry)
{
    return (old & PTE_P) && ((old ^ entry) & ~PTE_SOFT) == PTE_GRANTED;
}

static int RARE take_other(uint64_t *entry, struct domain *d, struct domain *owner)
{
    if (frame_is_device(pte_frame(*entry)))
        return take_device(entry, d, owner);
    return frame_refuse(pte_frame(*entry), owner, -EBUSY);
}

static int RARE refuse_caching(struct frame *f, uint64_t entry)
{
    if (entry & PTE_RW)
        frame_put_writable(f);
    frame_put(f);
    return refuse(-EACCES, REASON_cache_attribute_denied, 0, entry, pte_frame(entry).raw);
}

/* What take_frame() gives for a frame that is not RAM of the owner's. */
#define NOT_OWNED 1

/* References for a present entry whose flags were checked. */
static inline int take_frame(uint64_t entry, struct domain *owner)
{
    struct frame *f = frame_get(pte_frame(entry), owner);

    if (unlikely(!f))
        return NOT_OWNED;
    if ((entry & PTE_RW) && unlikely(!frame_get_writable(f)))
        return refuse_writable(f, entry);
    if (unlikely(entry & L1_CACHING) && unlikely(f->flags & FRAME_SHARED))
        return refuse_caching(f, entry);
    return 0;
}

/* Caching is for domains that hold devices; the mark of grant mappings is for nobody. */
static int RARE check_flags(uint64_t entry, const struct domain *d)
{
    uint64_t forbidden = d->privileged || d->io ? PTE_GRANTED : PTE_GRANTED | L1_CACHING;

    if (entry & forbidden)
        return refuse(-EINVAL, REASON_pte_reserved_bits, forbidden, entry, pte_frame(entry).raw);
    return 0;
}

int l1_entry_hold(uint64_t *entry, struct domain *d, struct domain *owner)
{
    int error = 0;

    if (unlikely(*entry & (PTE_GRANTED | L1_CACHING)))
        error = check_flags(*entry, d);
    if (!error)
        error = take_frame(*entry, owner);
    return error == NOT_OWNED ? take_other(entry, d, owner) : error;
}

void l1_entry_release(uint64_t entry, struct domain *d)
{
    mfn_t m = pte_frame(entry);
    struct frame *f = frame_of(m);

    if (!(entry & PTE_P) || unlikely(frame_is_device(m)))
        return;
    if (entry & PTE_RW)
        frame_put_writable(f);
    else if (unlikely(type_of(type_read(f)) == TYPE_SEGMENT) && segment_unmapped)
        segment_unmapped(d);
    frame_put(f);
}

/* The frame of a present entry is RAM of d: what the entry holds stays where it is. */
static inline bool is_own_frame(uint64_t entry, const struct domain *d)
{
    mfn_t m = pte_frame(entry);

    return m.raw < frame_table_frames && frame_of(m)->owner == d->id;
}

/* Software bits of a grant mapping change and the mark stays, so that the mapping can be undone by its handle. */
static int RARE update_granted(mfn_t table, uint64_t *slot, uint64_t old, uint64_t entry, uint64_t kept)
{
    while (same_grant(old, entry))
        if (pte_exchange(table, slot, &old, entry | (old & kept) | PTE_GRANTED))
            return 0;
    return refuse(-EBUSY, REASON_frame_foreign, 0, 0, pte_frame(entry).raw); /* it went meanwhile */
}

/*
 * A present entry in place of one that differs only in RW and in bits nobody counts: the reference to the frame stays.
 * False when it is not so simple, and nothing was done.
 */
static inline bool adjust(mfn_t table, uint64_t *slot, uint64_t *old, uint64_t entry, uint64_t kept,
                          struct domain *d, struct domain *owner)
{
    uint64_t changed = (*old ^ entry) & ~PTE_SOFT;
    struct frame *f = frame_of(pte_frame(entry));

    if (!changed)
        return likely(pte_exchange(table, slot, old, entry | (*old & kept)));
    if (changed != PTE_RW || owner != d || !is_own_frame(entry, d) ||
        ((entry & PTE_RW) && !frame_get_writable(f)))
        return false;
    if (unlikely(!pte_exchange(table, slot, old, entry | (*old & kept)))) {
        if (entry & PTE_RW)
            frame_put_writable(f);
        return false;
    }
    if (!(entry & PTE_RW))
        frame_put_writable(f);
    return true;
}

int HOT l1_entry_update(mfn_t table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d,
                        struct domain *owner)
{
    uint64_t old = pte_read(slot);

    if (entry & PTE_P) {
        int error = 0;

        if (unlikely(entry & (PTE_GRANTED | L1_CACHING)))
            error = check_flags(entry, d);
        if (unlikely(error))
            return error;
        if (adjust(table, slot, &old, entry, kept, d, owner))
            goto done;
        error = take_frame(entry, owner);
        if (unlikely(error == NOT_OWNED)) {
            uint64_t allowed = entry;

            if (same_grant(old, entry))
                return update_granted(table, slot, old, entry, kept);
            error = take_other(&allowed, d, owner);
            entry = allowed;
        }
        if (unlikely(error))
            return error;
    } else {
        kept = 0;
    }
    /* When the processor sets a bit or another one changes the entry, it is the newer value that is dropped. */
    while (unlikely(!pte_exchange(table, slot, &old, entry | (old & kept))))
        ;
    l1_entry_release(old, d);
done:
    d->counters.pte_updates++;
    return 0;
}

int l1_entry_compare_exchange(mfn_t table, uint64_t *slot, uint64_t *expected, uint64_t entry,
                              struct domain *d)
{
    uint64_t old = *expected;

    if (entry & PTE_P) {
        int error = l1_entry_hold(&entry, d, d);

        if (error)
            return error;
    }
    if (!pte_exchange(table, slot, expected, entry)) {
        l1_entry_release(entry, d);
        return -EAGAIN;
    }
    l1_entry_release(old, d);
    return 0;
}

static bool group_present(const uint64_t *e)
{
    return (e[0] | e[1] | e[2] | e[3] | e[4] | e[5] | e[6] | e[7]) & PTE_P;
}

/* Most tables are mostly empty: the first group from entry i on with something in it, or ENTRIES_PER_TABLE. */
static unsigned next_group(const uint64_t *table, unsigned i)
{
    while (i < ENTRIES_PER_TABLE && likely(!group_present(&table[i])))
        i += GROUP;
    return i;
}

static void __attribute__((noinline))
release_group(const uint64_t *table, unsigned i, unsigned end, struct domain *d)
{
    for (; i < end; i++)
        l1_entry_release(table[i], d);
}

static int release(struct frame *f, struct domain *d)
{
    const uint64_t *table = frame_map(frame_number(f));

    for (unsigned i = next_group(table, 0); i < f->validated; i = next_group(table, i + GROUP))
        release_group(table, i, MIN(i + GROUP, f->validated), d);
    f->validated = 0;
    return 0;
}

static int __attribute__((noinline))
validate_group(struct frame *f, uint64_t *table, unsigned i, struct domain *d)
{
    for (unsigned end = i + GROUP; i < end; i++) {
        uint64_t entry = table[i];
        int error;

        if (!(entry & PTE_P))
            continue;
        error = l1_entry_hold(&entry, d, d);
        if (error) {
            f->validated = (uint16_t)i;
            return error;
        }
        if (entry != table[i])
            pte_write(frame_number(f), &table[i], entry);
    }
    return 0;
}

static int validate(struct frame *f, struct domain *d)
{
    uint64_t *table = frame_map(frame_number(f));

    for (unsigned i = next_group(table, 0); i < ENTRIES_PER_TABLE; i = next_group(table, i + GROUP)) {
        int error = validate_group(f, table, i, d);

        if (error)
            return error;
    }
    f->validated = ENTRIES_PER_TABLE;
    return 0;
}

const struct table_kind l1_table_kind = {.validate = validate, .release = release};
