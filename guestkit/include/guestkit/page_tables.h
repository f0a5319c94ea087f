/* SPDX-License-Identifier: MIT */
/*
 * Direct paging: page tables read as memory, changed through <guestkit/page_updates.h>. Needs `p2m`, `window`,
 * `page_updates`. Address spaces and tables made on demand are in <guestkit/spaces.h>.
 */
#ifndef GUESTKIT_PAGE_TABLES_H
#define GUESTKIT_PAGE_TABLES_H

#include <abi/guest.h>
#include <guestkit/p2m.h>
#include <guestkit/page_updates.h>

/* Root (L3) of the address space this vCPU runs in. */
extern uint32_t page_root_mfn;

/* Take over the builder's page tables, and extend p2m_identity over all that they map linearly. Needs p2m_init() before. */
void page_tables_init(const start_info_t *info);

/* Entry `index` of a table. The table is read in place or through a window. */
pte_t table_entry(uint32_t table_mfn, unsigned int index);
/* mfn of the table of `level` (1, 2, 3) that maps `address` in the tree at `root`; P2M_NONE when there is none. */
uint32_t page_table_in(uint32_t root_mfn, const volatile void *address, unsigned int level);
/* The same in the current address space. */
uint32_t page_table(const volatile void *address, unsigned int level);
/* L1 entry of `address` in the current address space; 0 when there is no L1 table. */
pte_t page_entry(const volatile void *address);
/* Machine address of that entry, for mmu_update; 0 when there is no L1 table. */
uint64_t page_entry_machine(const volatile void *address);
/* Keep the frame, change the flags. -ENOENT when nothing is mapped. */
int page_protect(const volatile void *address, uint64_t flags);
#endif
