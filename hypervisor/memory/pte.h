// SPDX-License-Identifier: MIT
/*
 * Page-table entries as the processor reads them (Intel SDM volume 3, section 4.5), and which bits a guest may set in
 * them. A 32-bit guest's tables are walked in long mode, so an L3 entry has permission bits that a PAE kernel does not
 * know of.
 */
#ifndef RINGLET_MEMORY_PTE_H
#define RINGLET_MEMORY_PTE_H

#include "core/domain.h"
#include "core/types.h"
#include "machine/layout.h"

#define PTE_P 0x001ull
#define PTE_RW 0x002ull
#define PTE_U 0x004ull
#define PTE_PWT 0x008ull
#define PTE_PCD 0x010ull
#define PTE_A 0x020ull
#define PTE_D 0x040ull
#define PTE_LARGE 0x080ull /* in an L2; in an L1 the same bit is PAT */
#define PTE_PAT 0x080ull
#define PTE_G 0x100ull
#define PTE_AVAIL 0xe00ull
#define PTE_FRAME 0x000ffffffffff000ull
#define PTE_HIGH 0x7ff0000000000000ull /* 52 to 62: ignored by the processor, protection keys being off */
#define PTE_NX (1ull << 63)            /* EFER.NXE is always set */

/* Changing only these in a present entry changes nothing anybody counts. */
#define PTE_SOFT (PTE_U | PTE_A | PTE_D | PTE_G | PTE_AVAIL | (PTE_HIGH & ~PTE_GRANTED) | PTE_NX)

/*
 * Bits refused in a present entry. L1: the mark of grant mappings (grant_entries.h), and caching but for domains that hold
 * devices. L3: the ABI's packed 0xFFFFF198.
 */
#define PTE_GRANTED (1ull << 62)
#define L1_CACHING (PTE_PWT | PTE_PCD | PTE_PAT)
#define L2_FORBIDDEN (PTE_PWT | PTE_PCD | PTE_LARGE | PTE_G)
#define L3_FORBIDDEN (PTE_PWT | PTE_PCD | PTE_LARGE | PTE_G | PTE_HIGH | PTE_NX)

/* Kept set in the memory of a PAE root: in long mode a missing U or RW there would take rights from all below. */
#define L3_FORCED (PTE_U | PTE_RW)

/* A PAE guest's root has four entries; its slot 3 leads to the L2 whose slots from this one on are the hypervisor's. */
#define PAE_ROOT_ENTRIES 4u
#define PAE_SHARED_SLOT 3u
#define L2_FIRST_HYPERVISOR_SLOT (unsigned)((GUEST32_LIMIT >> 21) & (ENTRIES_PER_TABLE - 1))
_Static_assert(L2_FIRST_HYPERVISOR_SLOT == 428, "0xF5800000 is slot 428 of the fourth L2");

static inline mfn_t pte_frame(uint64_t entry)
{
    return mfn((entry & PTE_FRAME) >> PAGE_SHIFT);
}

static inline uint64_t pte_make(mfn_t m, uint64_t flags)
{
    return (m.raw << PAGE_SHIFT) | flags;
}

/* An entry as it is now; the processor may set A and D in it at any time, other processors may change it. */
static inline uint64_t pte_read(const uint64_t *entry)
{
    return __atomic_load_n(entry, __ATOMIC_RELAXED);
}

#endif
