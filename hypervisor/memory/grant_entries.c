// SPDX-License-Identifier: MIT
#include "memory/grant_entries.h"

#include "core/why.h"
#include "memory/frame_write.h"
#include "memory/guest_walk.h"
#include "memory/l1_table.h"
#include "memory/pte.h"

/* An entry and the L1 it lies in, which is locked meanwhile. */
struct found {
    struct frame *table;
    uint64_t *slot;
};

static bool lock_l1(struct found *out, mfn_t table, uint64_t *slot, const struct domain *d)
{
    out->table = frame_of(table);
    out->slot = slot;
    return table_lock(out->table, d);
}

/* A linear mapping's "L1" is really a higher table: lock_l1() tells. */
static bool find_linear(struct found *out, const struct vcpu *v, uint64_t address)
{
    struct l1_place place;

    return guest_walk(v, address, &place) && lock_l1(out, place.table, place.slot, v->domain);
}

static bool find_machine(struct found *out, const struct vcpu *v, uint64_t address)
{
    return address % sizeof(uint64_t) == 0 && address >> PAGE_SHIFT < frame_table_frames &&
           lock_l1(out, mfn(address >> PAGE_SHIFT), physical_map(address), v->domain);
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
    table_unlock(f.table);
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
            table_unlock(f.table);
            return 0;
        }
    table_unlock(f.table);
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
    table_unlock(f.table);
    return 0;
}

void l1_entry_drop(struct vcpu *v, pte_t entry)
{
    l1_entry_release(entry.raw, v->domain);
}
