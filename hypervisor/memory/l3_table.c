// SPDX-License-Identifier: MIT
/* Level 3 of a 32-bit guest: rules T4, T10 and T11 (page_types.c). */
#include "memory/l3_table.h"

#include "core/errno.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "memory/frame_write.h"
#include "memory/io_memory.h"
#include "memory/pte.h"

static int check_flags(uint64_t entry)
{
    if (unlikely(entry & L3_FORBIDDEN))
        return refuse(-EINVAL, REASON_l3_flags, ~L3_FORBIDDEN, entry, pte_frame(entry).raw);
    return 0;
}

/* The references of a present entry of slot `index`. */
static int entry_take(uint64_t entry, unsigned index, struct domain *d)
{
    mfn_t m = pte_frame(entry);

    if (frame_is_device(m))
        return refuse(-EINVAL, REASON_device_frame_not_l1, 0, 3, m.raw);
    return frame_hold(m, d, index == PAE_SHARED_SLOT ? TYPE_L2_SHARED : TYPE_L2);
}

static void entry_drop(uint64_t entry)
{
    if (entry & PTE_P)
        frame_release(pte_frame(entry));
}

/* T10: what is written to memory for what the guest asked for. */
static uint64_t in_memory(uint64_t entry)
{
    return entry & PTE_P ? entry | L3_FORCED : entry;
}

int l3_entry_update(struct frame *table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d)
{
    mfn_t m = frame_number(table);
    unsigned index = (unsigned)(slot - (uint64_t *)frame_map(m));
    uint64_t old = pte_read(slot);

    if (index >= PAE_ROOT_ENTRIES)
        return refuse(-EINVAL, REASON_entries_beyond_root, PAE_ROOT_ENTRIES, index, m.raw); /* T10 */
    if (index == PAE_SHARED_SLOT)
        return refuse(-EINVAL, REASON_l3_slot_3_fixed, 0, entry, m.raw); /* T11 */
    if (entry & PTE_P) {
        int error = check_flags(entry);

        if (error)
            return error;
        entry = in_memory(entry);
        while ((old & PTE_P) && !((old ^ entry) & ~PTE_SOFT))
            if (pte_exchange(m, slot, &old, entry | (old & kept)))
                return 0;
        error = entry_take(entry, index, d);
        if (error)
            return error;
    }
    while (!pte_exchange(m, slot, &old, (entry & PTE_P) ? entry | (old & kept) : entry))
        ;
    entry_drop(old);
    return 0;
}

static int validate_entry(mfn_t m, uint64_t *slot, unsigned index, struct domain *d)
{
    uint64_t entry = pte_read(slot);
    int error;

    if (!(entry & PTE_P))
        return index == PAE_SHARED_SLOT ? refuse(-EINVAL, REASON_l3_slot_3_missing, 0, entry, m.raw)
                                        : 0; /* T11 */
    error = check_flags(entry);
    if (!error)
        error = entry_take(entry, index, d);
    if (!error)
        pte_write(m, slot, in_memory(entry));
    return error;
}

static int validate(struct frame *f, struct domain *d)
{
    mfn_t m = frame_number(f);
    uint64_t *table = frame_map(m);
    unsigned first = f->validated;

    if (first == 0) {
        memset(table + PAE_ROOT_ENTRIES, 0, PAGE_SIZE - PAE_ROOT_ENTRIES * sizeof(*table)); /* T10 */
        frame_written(m);
    }
    for (unsigned i = first; i < PAE_ROOT_ENTRIES; i++) {
        int error = i > first && preempt_wanted() ? -ERESTART : validate_entry(m, &table[i], i, d);

        f->validated = (uint16_t)i;
        if (error)
            return error;
    }
    f->validated = PAE_ROOT_ENTRIES;
    return 0;
}

/* The L2 tables go to the list of tables to release, so this is short. What is no root any more reads as one of PAE. */
static int release(struct frame *f, struct domain *d)
{
    mfn_t m = frame_number(f);
    uint64_t *table = frame_map(m);

    (void)d;
    for (unsigned i = MIN(f->validated, PAE_ROOT_ENTRIES); i-- > 0;) {
        uint64_t entry = table[i];

        if (entry & PTE_P)
            pte_write(m, &table[i], entry & ~(L3_FORCED | PTE_A));
        entry_drop(entry);
    }
    f->validated = 0;
    return 0;
}

const struct table_kind l3_table_kind = {.validate = validate, .release = release, .long_release = true};
