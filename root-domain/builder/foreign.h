/* SPDX-License-Identifier: MIT */
/*
 * Other domains' frames in our address space. A mapped frame cannot become a page table, nor go back to the hypervisor
 * when its domain ends: who maps one unmaps it.
 */
#ifndef ROOT_BUILDER_FOREIGN_H
#define ROOT_BUILDER_FOREIGN_H

#include <abi/guest.h>
#include <stdint.h>

/* Makes the tables for both kinds of mapping. Once. 0 or a negative errno. */
int foreign_init(void);

/* One frame, writable, until it is unmapped; NULL when the hypervisor refuses, or all places are taken. */
void *foreign_map(domid_t domid, uint32_t mfn);
void foreign_unmap(void *address);

/* The builder's window: up to FOREIGN_WINDOW frames side by side, in place of those mapped before. */
#define FOREIGN_WINDOW 512u
void *foreign_window(domid_t domid, const uint32_t *mfns, uint32_t count);
void foreign_window_close(void);

#endif
