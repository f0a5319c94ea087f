// SPDX-License-Identifier: MIT
/* Level 2: rules T4, T9, T11 and T12 (page_types.c). */
#include "memory/l2_table.h"

#include "core/errno.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "memory/frame_write.h"
#include "memory/io_memory.h"
#include "memory/linear_tables.h"
#include "memory/m2p.h"
#include "memory/pte.h"

/* Entries that are the guest's: all, but in the L2 with the hypervisor's slots. */
static unsigned guest_entries(const struct frame *table)
{
    return type_of(type_read(table)) == TYPE_L2_SHARED ? L2_FIRST_HYPERVISOR_SLOT : ENTRIES_PER_TABLE;
}

static bool is_l2(const struct frame *f)
{
    enum frame_type type = type_of(type_read(f));

    return type == TYPE_L2 || type == TYPE_L2_SHARED;
}

static int check_flags(uint64_t entry)
{
    if (unlikely(entry & PTE_LARGE))
        return refuse(-EINVAL, REASON_l2_superpage, 0, entry, pte_frame(entry).raw); /* T9 */
    if (unlikely(entry & L2_FORBIDDEN))
        return refuse(-EINVAL, REASON_pte_reserved_bits, L2_FORBIDDEN, entry, pte_frame(entry).raw);
    return 0;
}

/* The references of a present entry whose flags were checked. */
static int entry_take(struct frame *table, uint64_t entry, struct domain *d)
{
    mfn_t m = pte_frame(entry);
    struct frame *f = frame_get(m, d);
    int error;

    if (!f)
        return frame_is_device(m) ? refuse(-EINVAL, REASON_device_frame_not_l1, 0, 2, m.raw)
                                  : frame_refuse(m, d, -EINVAL);
    if (is_l2(f) && type_uses(type_read(f)) > 0) { /* T12 */
        error = entry & PTE_RW ? refuse(-EINVAL, REASON_linear_table_writable, 0, entry, m.raw) : 0;
        if (!error && f == table) {
            frame_put(f); /* a table needs no hold on itself */
            return 0;
        }
        if (!error)
            error = linear_entry_take(table, f, entry);
    } else {
        error = frame_get_type(f, d, TYPE_L1); /* T4 */
    }
    if (error)
        frame_put(f);
    return error;
}

static void entry_drop(struct frame *table, uint64_t entry)
{
    struct frame *f = frame_of(pte_frame(entry));

    if (!(entry & PTE_P) || f == table)
        return;
    if (is_l2(f))
        linear_entry_drop(table, f);
    else
        frame_put_type(f);
    frame_put(f);
}

int l2_entry_update(struct frame *table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d)
{
    mfn_t m = frame_number(table);
    unsigned index = (unsigned)(slot - (uint64_t *)frame_map(m));
    uint64_t old = pte_read(slot);

    if (index >= guest_entries(table))
        return refuse(-EPERM, REASON_pte_hypervisor_slot, 0, index, m.raw); /* T11 */
    if (entry & PTE_P) {
        int error = check_flags(entry);

        if (error)
            return error;
        while ((old & PTE_P) && !((old ^ entry) & ~PTE_SOFT))
            if (pte_exchange(m, slot, &old, entry | (old & kept)))
                return 0;
        error = entry_take(table, entry, d);
        if (error)
            return error;
    }
    while (!pte_exchange(m, slot, &old, (entry & PTE_P) ? entry | (old & kept) : entry))
        ;
    entry_drop(table, old);
    return 0;
}

static int validate(struct frame *f, struct domain *d)
{
    const uint64_t *table = frame_map(frame_number(f));
    unsigned first = f->validated, end = guest_entries(f);

    for (unsigned i = first; i < end; i++) {
        uint64_t entry = pte_read(&table[i]);
        int error = 0;

        f->validated = (uint16_t)i;
        if (!(entry & PTE_P))
            continue;
        if (i > first && preempt_wanted())
            return -ERESTART;
        error = check_flags(entry);
        if (!error)
            error = entry_take(f, entry, d);
        if (error)
            return error;
    }
    f->validated = (uint16_t)end;
    return 0;
}

static int validate_shared(struct frame *f, struct domain *d)
{
    int error = validate(f, d);

    if (!error) {
        m2p_map_32(frame_map(frame_number(f)));
        frame_written(frame_number(f));
    }
    return error;
}

static int release(struct frame *f, struct domain *d)
{
    const uint64_t *table = frame_map(frame_number(f));
    unsigned first = MIN(f->validated, guest_entries(f));

    (void)d;
    for (unsigned i = first; i > 0; i--) {
        uint64_t entry = pte_read(&table[i - 1]);

        f->validated = (uint16_t)i;
        if (!(entry & PTE_P))
            continue;
        if (i < first && preempt_wanted())
            return -ERESTART;
        entry_drop(f, entry);
    }
    f->validated = 0;
    return 0;
}

/* Nothing of the hypervisor's stays in a page that is the guest's again. */
static int release_shared(struct frame *f, struct domain *d)
{
    if (f->validated == ENTRIES_PER_TABLE) {
        m2p_unmap_32(frame_map(frame_number(f)));
        frame_written(frame_number(f));
    }
    return release(f, d);
}

const struct table_kind l2_table_kind = {.validate = validate, .release = release, .long_release = true};
const struct table_kind l2_shared_table_kind = {.validate = validate_shared,
                                                .release = release_shared,
                                                .long_release = true};
