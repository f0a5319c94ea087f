/* SPDX-License-Identifier: MIT */
/*
 * Page-table entries, and the hypercalls that change them. Needs `hypercall`.
 *
 * Entries hold machine frame numbers. A PAE tree has an L3 of 4 entries, L2s and L1s of 512. A frame that
 * is a page table may be mapped read-only only; the hypervisor refuses everything else.
 * Functions return 0 or a negative errno. Addresses need not be aligned.
 */
#ifndef GUESTKIT_PAGE_UPDATES_H
#define GUESTKIT_PAGE_UPDATES_H

#include <abi/guest.h>
#include <guestkit/page_size.h>
#include <stdint.h>

typedef uint64_t pte_t;

#define PTE_PRESENT 0x001ull
#define PTE_WRITE 0x002ull
#define PTE_USER 0x004ull
#define PTE_WRITE_THROUGH 0x008ull
#define PTE_NO_CACHE 0x010ull
#define PTE_ACCESSED 0x020ull
#define PTE_DIRTY 0x040ull
#define PTE_LARGE 0x080ull /* in an L2 entry */
#define PTE_PAT 0x080ull   /* in an L1 entry */
#define PTE_GLOBAL 0x100ull
#define PTE_SOFTWARE 0xe00ull /* three bits free for the guest */
#define PTE_NO_EXECUTE 0x8000000000000000ull
#define PTE_FRAME_MASK 0x000ffffffffff000ull

/* Kernel data, kernel read-only, what an L2 or L1 table is linked with, and an L3's entry. */
#define PTE_DATA (PTE_PRESENT | PTE_WRITE | PTE_ACCESSED | PTE_DIRTY)
#define PTE_READ (PTE_PRESENT | PTE_ACCESSED)
#define PTE_TABLE (PTE_PRESENT | PTE_WRITE | PTE_USER | PTE_ACCESSED | PTE_DIRTY)
#define PTE_L3 PTE_PRESENT

static inline pte_t pte_make(uint32_t mfn, uint64_t flags)
{
    return (uint64_t)mfn << 12 | flags;
}

static inline uint32_t pte_mfn(pte_t entry)
{
    return (uint32_t)((entry & PTE_FRAME_MASK) >> 12);
}

static inline uint64_t pte_flags(pte_t entry)
{
    return entry & ~PTE_FRAME_MASK;
}

/* Index of an address in the table of a level (1 to 3). */
static inline unsigned int page_index(const volatile void *address, unsigned int level)
{
    return level == 3 ? (uintptr_t)address >> 30 : (uintptr_t)address >> (level == 2 ? 21 : 12) & 511;
}

/* Machine address of entry `index` of a table. */
static inline uint64_t table_entry_machine(uint32_t table_mfn, unsigned int index)
{
    return ((uint64_t)table_mfn << 12) + index * 8;
}

/* ---- changing one entry */

/* Set the L1 entry of `address` in the current address space, and forget the old one (INVLPG). */
int page_set(const volatile void *address, pte_t entry);
/* Write any entry of any level by mmu_update. Does not flush: 0 to 1 needs none, others do. */
int table_write(uint64_t entry_machine, pte_t entry);
/* The same with a command of its own: MMU_PT_UPDATE_PRESERVE_AD, MMU_MACHPHYS_UPDATE, ... */
int table_update(uint64_t machine, unsigned int command, uint64_t value);

/* ---- many entries at a time */

#define PAGE_BATCH 64
struct page_batch {
    unsigned int count;
    int error; /* of the first refused update; later ones are dropped */
    struct mmu_update updates[PAGE_BATCH];
};

/* Begin with a zeroed struct page_batch. Each addition may send; page_batch_send() sends the rest and flushes the TLB. */
void page_batch_add(struct page_batch *batch, uint64_t machine, pte_t entry);
int page_batch_send(struct page_batch *batch);

/* ---- tables as such */

/* Validate a frame as a table of `level` (1 to 3) and keep it one until it is unpinned. */
int table_pin(uint32_t mfn, unsigned int level);
int table_unpin(uint32_t mfn);
/* Zero a frame without mapping it. */
int frame_clear(uint32_t mfn);
int tlb_flush(void);
int tlb_flush_page(const volatile void *address);
/* Any one extended MMU operation with its two arguments. */
int mmu_extended(unsigned int command, uint32_t arg1, uint32_t arg2);

#endif
