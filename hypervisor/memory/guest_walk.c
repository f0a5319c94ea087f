// SPDX-License-Identifier: MIT
#include "memory/guest_walk.h"

#include "machine/direct_map.h"
#include "memory/frame.h"
#include "memory/pte.h"

static uint64_t *table_entry(mfn_t table, uint64_t address, unsigned shift)
{
    return (uint64_t *)frame_map(table) + (address >> shift & (ENTRIES_PER_TABLE - 1));
}

/*
 * The L2 entry, 0 where there is none. A validated tree names only RAM. A race with another vCPU may show an older
 * entry, but never one that was not valid.
 */
static inline uint64_t l2_entry(const struct vcpu *v, uint64_t address)
{
    uint64_t l3;

    if (unlikely(address >= GUEST32_LIMIT) || unlikely(v->guest_table.raw >= frame_table_frames))
        return 0;
    l3 = pte_read(table_entry(v->guest_table, address, 30));
    return likely(l3 & PTE_P) ? pte_read(table_entry(pte_frame(l3), address, 21)) : 0;
}

bool guest_walk(const struct vcpu *v, uint64_t address, struct l1_place *place)
{
    uint64_t l2 = l2_entry(v, address);

    if (unlikely((l2 & (PTE_P | PTE_LARGE)) != PTE_P))
        return false;
    place->table = pte_frame(l2);
    place->slot = table_entry(place->table, address, 12);
    return true;
}

uint64_t guest_l1_entry(const struct vcpu *v, uint64_t address)
{
    struct l1_place place;

    return guest_walk(v, address, &place) ? pte_read(place.slot) : 0;
}

/* An L3's U and RW bits are always set. */
bool guest_user_may(const struct vcpu *v, uint64_t address, bool write)
{
    uint64_t needed = PTE_P | PTE_U | (write ? PTE_RW : 0);

    return (guest_l1_entry(v, address) & l2_entry(v, address) & needed) == needed;
}
