// SPDX-License-Identifier: MIT
/*
 * Free frames, in blocks of powers of two, and who owns the others. A block of order n is 2^n frames, aligned to its
 * size. Frames that were in use before are cleared before they are given out, and no processor holds a translation to
 * them any more.
 */
#ifndef RINGLET_MEMORY_FRAME_ALLOC_H
#define RINGLET_MEMORY_FRAME_ALLOC_H

#include "memory/frame.h"

#define FRAME_MAX_ORDER 18u /* 1 GiB */

/* Boot: one record for each of `frames` frames, all the hypervisor's until said otherwise. */
void frame_table_init(struct frame *table, uint64_t frames);
/* Boot: RAM that is free. */
void frame_add_free_range(mfn_t first, uint64_t frames);
/* Boot: frames that are not RAM, and what the firmware keeps: io_memory.h says who may map them. */
void frame_add_device_range(mfn_t first, uint64_t frames);
/* Boot: hands d a frame that never was free, with what is in it (an initrd). */
void frame_claim(mfn_t m, struct domain *d);

/*
 * For the hypervisor: cleared, owned by OWNER_HYPERVISOR, one reference each. `address_bits` bounds the machine
 * address (0: no bound). MFN_NONE when there is none.
 */
mfn_t frame_alloc(unsigned order, unsigned address_bits);
void frame_free(mfn_t m, unsigned order);

/*
 * For a domain: counted against max_pages, each frame with its own allocation reference, no machine-to-physical entry.
 * Cleared, but for frames nobody used since the machine started, which the privileged domain gets as they are.
 */
mfn_t frame_alloc_for(struct domain *d, unsigned order, unsigned address_bits);

/* Gives up the domain's own reference; the frame goes when its last mapping does. False when already given up. */
bool frame_disown(struct frame *f);

/*
 * Takes a frame from its owner: it must have no type in use and no reference but the allocation's and the caller's
 * `held`. Afterwards it belongs to nobody, with the caller's references; -EBUSY otherwise, with nothing changed.
 */
int frame_steal(struct frame *f, struct domain *d, uint32_t held);
/* Gives a stolen frame to d: counted, with an allocation reference, no translations to it left. -E2BIG over max_pages. */
int frame_assign(struct frame *f, struct domain *d);
/* Undoes frame_steal(): back to the domain it came from, with its number there, even if max_pages fell below. */
void frame_give_back(struct frame *f, struct domain *d, uint32_t number);

/* Changes d->pages by `frames`; false, with nothing changed, when that would pass max_pages or d is dying. */
bool domain_charge_pages(struct domain *d, uint32_t frames);
void domain_uncharge_pages(struct domain *d, uint32_t frames);

uint64_t frame_free_count(void);
/* Free frames whose machine addresses have more than `min` and at most `max` bits; 0: no bound. Walks all frames. */
uint64_t frame_free_between(unsigned min, unsigned max);

#endif
