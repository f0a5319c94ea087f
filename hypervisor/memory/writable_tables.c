// SPDX-License-Identifier: MIT
#include "memory/writable_tables.h"

#include "core/errno.h"
#include "core/why.h"
#include "memory/guest_walk.h"
#include "memory/l1_table.h"
#include "memory/page_types.h"
#include "memory/pte.h"

mfn_t table_write_target(const struct vcpu *v, uint64_t address)
{
    uint64_t entry = guest_l1_entry(v, address);
    mfn_t m = pte_frame(entry);
    const struct frame *f = frame_of(m);

    if ((entry & (PTE_P | PTE_RW)) != PTE_P || m.raw >= frame_table_frames)
        return MFN_NONE;
    return f->owner == v->domain->id && type_of(type_read(f)) == TYPE_L1 ? m : MFN_NONE;
}

/* Part of an entry: which bits, and where they start. */
struct part {
    unsigned shift;
    uint64_t mask;
};

static struct part part_of(uint64_t address, unsigned bytes)
{
    unsigned shift = (unsigned)(address % sizeof(uint64_t)) * 8;

    return (struct part){shift, (bytes == 8 ? ~0ull : (1ull << bytes * 8) - 1) << shift};
}

static int write_expected(mfn_t table, uint64_t *slot, struct part p, uint64_t value, uint64_t *expected,
                          struct domain *d)
{
    uint64_t old = pte_read(slot);

    for (;;) {
        int error;

        if ((old & p.mask) != (*expected << p.shift & p.mask)) {
            *expected = (old & p.mask) >> p.shift;
            return -EAGAIN;
        }
        error =
            l1_entry_compare_exchange(table, slot, &old, (old & ~p.mask) | (value << p.shift & p.mask), d);
        if (error != -EAGAIN)
            return error;
    }
}

static int write_plain(mfn_t table, uint64_t *slot, struct part p, uint64_t value, struct domain *d)
{
    uint64_t old = pte_read(slot);
    bool upper_half = p.mask == 0xffffffff00000000;

    for (;;) {
        uint64_t entry = (old & ~p.mask) | (value << p.shift & p.mask);
        int error = l1_entry_compare_exchange(table, slot, &old, entry, d);

        if (error && error != -EAGAIN && upper_half)
            error = l1_entry_compare_exchange(table, slot, &old, entry & ~PTE_P, d);
        if (error != -EAGAIN)
            return error;
    }
}

int table_write(struct vcpu *v, mfn_t table, uint64_t address, unsigned bytes, uint64_t value,
                uint64_t *expected)
{
    uint64_t *slot = (uint64_t *)frame_map(table) + address % PAGE_SIZE / sizeof(uint64_t);
    int error;

    if (bytes == 0 || bytes > 8 || (bytes & (bytes - 1)) || address % bytes)
        return refuse(-EINVAL, REASON_page_table_write_size, 8, bytes, address);
    if (unlikely(!table_lock(frame_of(table), v->domain)))
        return refuse(-EINVAL, REASON_ptr_not_a_table, TYPE_L1, type_of(type_read(frame_of(table))), address);
    if (expected)
        error = write_expected(table, slot, part_of(address, bytes), value, expected, v->domain);
    else if (likely(bytes == 8))
        error = l1_entry_update(table, slot, value, 0, v->domain, v->domain);
    else
        error = write_plain(table, slot, part_of(address, bytes), value, v->domain);
    table_unlock(frame_of(table));
    return error;
}
