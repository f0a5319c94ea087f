// SPDX-License-Identifier: MIT
#include "memory/guest_walk.h"

#include "machine/direct_map.h"
#include "memory/frame.h"
#include "memory/pte.h"

static uint64_t *table_entry(mfn_t table, uint64_t address, unsigned shift)
{
    return (uint64_t *)frame_map(table) + (address >> shift & (ENTRIES_PER_TABLE - 1));
}

/* A validated tree names only RAM. A race with another vCPU may show an older entry, but never one that was not valid. */
bool guest_walk(const struct vcpu *v, uint64_t address, struct l1_place *place)
{
    uint64_t l3, l2;

    if (unlikely(address >= GUEST32_LIMIT) || unlikely(v->guest_table.raw >= frame_table_frames))
        return false;
    l3 = pte_read(table_entry(v->guest_table, address, 30));
    if (unlikely(!(l3 & PTE_P)))
        return false;
    l2 = pte_read(table_entry(pte_frame(l3), address, 21));
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
