/* SPDX-License-Identifier: MIT */
/*
 * Addresses at which to map what is not our memory: frames that other domains grant, frames of a domain that we build,
 * devices. Needs `spaces`.
 *
 * An area is a run of pages with page tables and nothing mapped. Grants go there by grant_map(), other domains' frames
 * by area_map(). The kernel's address space alone has them, unless slot 2 is shared with others (spaces.h).
 */
#ifndef GUESTKIT_AREAS_H
#define GUESTKIT_AREAS_H

#include <abi/guest.h>
#include <stdint.h>

/* All areas lie in [AREAS_START, AREAS_START + AREAS_PAGES * 4096): a port maps nothing else there. */
#define AREAS_START 0xa0000000u
#define AREAS_PAGES 16384u

/* `pages` pages in a row; NULL when no such run is free, or no frame for a table. Not in upcalls. */
void *area_alloc(uint32_t pages);
/* Nothing may be mapped there any more. The page tables stay for the next. */
void area_free(void *address, uint32_t pages);

/*
 * Map machine frames of `domain` (DOMID_SELF: ours; DOMID_IO: a device's) side by side from `address` on, with `flags`
 * (PTE_DATA, PTE_READ, ...). 0, or the negative errno of the first that was refused: then none of them is mapped.
 */
int area_map(void *address, domid_t domain, const uint32_t *mfns, uint32_t pages, uint64_t flags);
/* Unmap what area_map() mapped, and forget the translations. 0 or a negative errno. */
int area_unmap(void *address, uint32_t pages);

#endif
