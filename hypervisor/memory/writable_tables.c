// SPDX-License-Identifier: MIT
#include "memory/writable_tables.h"

#include "core/errno.h"
#include "core/why.h"
#include "memory/guest_walk.h"
#include "memory/l1_table.h"
#include "memory/page_types.h"
#include "memory/pte.h"

/* The frame a read-only mapping shows, held as an L1 of the domain; MFN_NONE when it is none. */
static mfn_t table_hold(const struct vcpu *v, uint64_t address)
{
    uint64_t entry = guest_l1_entry(v, address);
    struct frame *f;
    enum frame_type type;

    if ((entry & (PTE_P | PTE_RW)) != PTE_P)
        return MFN_NONE;
    f = frame_get(pte_frame(entry), v->domain);
    if (!f)
        return MFN_NONE;
    type = frame_hold_table(f);
    if (type == TYPE_L1)
        return pte_frame(entry);
    if (type != TYPE_NONE)
        frame_put_type(f);
    frame_put(f);
    return MFN_NONE;
}

bool table_write_wanted(const struct vcpu *v, uint64_t address)
{
    mfn_t table = table_hold(v, address);

    if (mfn_equal(table, MFN_NONE))
        return false;
    frame_release(table);
    return true;
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

int table_write(struct vcpu *v, uint64_t address, unsigned bytes, uint64_t value, uint64_t *expected)
{
    uint64_t *slot;
    mfn_t table;
    int error;

    if (bytes == 0 || bytes > 8 || (bytes & (bytes - 1)) || address % bytes)
        return refuse(-EINVAL, REASON_page_table_write_size, 8, bytes, address);
    table = table_hold(v, address);
    if (mfn_equal(table, MFN_NONE))
        return refuse(-EINVAL, REASON_ptr_not_a_table, TYPE_L1, guest_l1_entry(v, address), address);
    slot = (uint64_t *)frame_map(table) + address % PAGE_SIZE / sizeof(uint64_t);
    if (expected)
        error = write_expected(table, slot, part_of(address, bytes), value, expected, v->domain);
    else if (likely(bytes == 8))
        error = l1_entry_update(table, slot, value, 0, v->domain, v->domain);
    else
        error = write_plain(table, slot, part_of(address, bytes), value, v->domain);
    frame_release(table);
    return error;
}
