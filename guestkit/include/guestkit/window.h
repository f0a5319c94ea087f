/* SPDX-License-Identifier: MIT */
/*
 * A few addresses at which any machine frame can be looked at for a moment, however much memory there
 * is. Needs `page_updates`.
 *
 * Slots are the caller's to share out: WINDOW_WALK is the page-table walk's, WINDOW_KIT is other kit
 * code's (frames, spaces, suspend); the rest are the port's.
 */
#ifndef GUESTKIT_WINDOW_H
#define GUESTKIT_WINDOW_H

#include <stdbool.h>
#include <stdint.h>

#define WINDOW_WALK 0
#define WINDOW_KIT 1
#define WINDOW_FREE 2
#define WINDOW_SLOTS 8

/* Map machine frame `mfn` at slot's address, in place of what was there; NULL when the hypervisor refuses. */
void *window_open(unsigned int slot, uint32_t mfn, bool writable);
/* Unmap it. A frame that stays in a window cannot become a page table or be given back. */
void window_close(unsigned int slot);

#endif
