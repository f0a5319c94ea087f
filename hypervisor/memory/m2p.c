// SPDX-License-Identifier: MIT
/*
 * One table of four-byte entries. Its pages are followed by L1 tables that map them read-only for ring 1, one for each
 * 2 MiB; the hypervisor's slots of a guest's L2 point to those. So the table takes no more than its size in pages.
 */
#include "memory/m2p.h"

#include "core/string.h"
#include "machine/direct_map.h"
#include "memory/pte.h"

#define ENTRIES_PER_PAGE (PAGE_SIZE / sizeof(uint32_t))
#define L2_SHIFT 21
/* Slots of the L2 that are the hypervisor's: those of [GUEST32_M2P_BASE, 4 GiB). */
#define MAPPED_MAX ((GUEST32_M2P_END - GUEST32_M2P_BASE) >> L2_SHIFT)

static uint32_t *m2p;
static uint64_t entries;
static mfn_t l1_tables;
static uint64_t l1_count;

static uint64_t table_pages(uint64_t frames)
{
    return (frames + ENTRIES_PER_PAGE - 1) / ENTRIES_PER_PAGE;
}

static uint64_t l1_tables_for(uint64_t pages)
{
    return MIN((pages + ENTRIES_PER_TABLE - 1) / ENTRIES_PER_TABLE, (uint64_t)MAPPED_MAX);
}

uint64_t m2p_size(uint64_t frames)
{
    return (table_pages(frames) + l1_tables_for(table_pages(frames))) << PAGE_SHIFT;
}

void m2p_init(void *memory, uint64_t frames)
{
    uint64_t pages = table_pages(frames), *l1 = (uint64_t *)memory + pages * (PAGE_SIZE / sizeof(uint64_t));
    mfn_t first = frame_unmap(memory);

    m2p = memory;
    entries = frames;
    memset(memory, 0xff, pages << PAGE_SHIFT);
    l1_tables = mfn_add(first, pages);
    l1_count = l1_tables_for(pages);
    for (uint64_t i = 0; i < MIN(pages, l1_count * ENTRIES_PER_TABLE); i++)
        l1[i] = pte_make(mfn_add(first, i), PTE_P | PTE_A | PTE_NX);
}

void m2p_set(mfn_t m, uint64_t guest_frame)
{
    if (m.raw < entries)
        m2p[m.raw] = guest_frame > M2P_NONE ? M2P_NONE : (uint32_t)guest_frame;
}

uint32_t m2p_get(mfn_t m)
{
    return m.raw < entries ? m2p[m.raw] : M2P_NONE;
}

static uint64_t slot_entry(unsigned slot)
{
    uint64_t i = slot - L2_FIRST_HYPERVISOR_SLOT;

    return i < l1_count ? pte_make(mfn_add(l1_tables, i), PTE_P | PTE_A) : 0;
}

void m2p_map_32(uint64_t *l2)
{
    for (unsigned slot = L2_FIRST_HYPERVISOR_SLOT; slot < ENTRIES_PER_TABLE; slot++)
        l2[slot] = slot_entry(slot);
}

void m2p_unmap_32(uint64_t *l2)
{
    for (unsigned slot = L2_FIRST_HYPERVISOR_SLOT; slot < ENTRIES_PER_TABLE; slot++)
        l2[slot] = 0;
}

bool m2p_mapped_32(const uint64_t *l2)
{
    for (unsigned slot = L2_FIRST_HYPERVISOR_SLOT; slot < ENTRIES_PER_TABLE; slot++)
        if ((l2[slot] & ~PTE_A) != (slot_entry(slot) & ~PTE_A))
            return false;
    return true;
}

uint64_t m2p_frames(void)
{
    return MIN(table_pages(entries), l1_count * ENTRIES_PER_TABLE);
}

mfn_t m2p_frame(uint64_t index)
{
    return mfn_add(frame_unmap(m2p), index);
}
