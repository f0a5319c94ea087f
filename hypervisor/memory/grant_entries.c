// SPDX-License-Identifier: MIT
#include "memory/grant_entries.h"

#include "core/why.h"
#include "memory/frame_write.h"
#include "memory/guest_walk.h"
#include "memory/l1_table.h"
#include "memory/pte.h"

/* An entry and the L1 it lies in, which is held as one meanwhile. */
struct found {
    struct frame *table;
    uint64_t *slot;
};

static bool hold_l1(struct found *out, mfn_t table, uint64_t *slot, const struct domain *d)
{
    struct frame *f = frame_get(table, d);
    enum frame_type type;

    if (unlikely(!f))
        return false;
    type = frame_hold_table(f);
    if (unlikely(type != TYPE_L1)) {
        if (type != TYPE_NONE)
            frame_put_type(f);
        frame_put(f);
        return false;
    }
    out->table = f;
    out->slot = slot;
    return true;
}

static void put_l1(const struct found *f)
{
    frame_put_type(f->table);
    frame_put(f->table);
}

/* A linear mapping's "L1" is really a higher table: hold_l1() tells. */
static bool find_linear(struct found *out, const struct vcpu *v, uint64_t address)
{
    struct l1_place place;

    return guest_walk(v, address, &place) && hold_l1(out, place.table, place.slot, v->domain);
}

static bool find_machine(struct found *out, const struct vcpu *v, uint64_t address)
{
    return address % sizeof(uint64_t) == 0 && address >> PAGE_SHIFT < frame_table_frames &&
           hold_l1(out, mfn(address >> PAGE_SHIFT), physical_map(address), v->domain);
}

static int find(struct found *out, const struct vcpu *v, struct entry_place at)
{
    if (likely(at.is_machine ? find_machine(out, v, at.address) : find_linear(out, v, at.address)))
        return 0;
    return refuse(-EINVAL, REASON_grant_address, at.is_machine, at.address, 0);
}

int grant_entry_install(struct vcpu *v, struct entry_place at, pte_t entry)
{
    struct found f;
    uint64_t old;
    int error = find(&f, v, at);

    if (unlikely(error))
        return error;
    old = pte_read(f.slot);
    while (unlikely(!pte_exchange(frame_number(f.table), f.slot, &old, entry.raw)))
        ;
    l1_entry_release(old, v->domain);
    put_l1(&f);
    return 0;
}

static bool is_grant_of(uint64_t entry, mfn_t frame, bool writable)
{
    const uint64_t marks = PTE_GRANTED | PTE_P;

    return (entry & marks) == marks && mfn_equal(pte_frame(entry), frame) && !(entry & PTE_RW) == !writable;
}

int grant_entry_remove(struct vcpu *v, struct entry_place at, mfn_t frame, bool writable, pte_t replacement)
{
    struct found f;
    uint64_t old;
    int error = find(&f, v, at);

    if (unlikely(error))
        return error;
    old = pte_read(f.slot);
    while (likely(is_grant_of(old, frame, writable)))
        if (likely(pte_exchange(frame_number(f.table), f.slot, &old, replacement.raw))) {
            put_l1(&f);
            return 0;
        }
    put_l1(&f);
    return refuse(-EINVAL, REASON_grant_mapping_mismatch, frame.raw, old, pte_frame(old).raw);
}

int l1_entry_take(struct vcpu *v, gva_t at, pte_t *entry)
{
    struct found f;
    int error = find(&f, v, (struct entry_place){at.raw, false});

    if (unlikely(error))
        return error;
    entry->raw = pte_read(f.slot);
    while (unlikely(!pte_exchange(frame_number(f.table), f.slot, &entry->raw, 0)))
        ;
    put_l1(&f);
    return 0;
}

void l1_entry_drop(struct vcpu *v, pte_t entry)
{
    l1_entry_release(entry.raw, v->domain);
}
