/* SPDX-License-Identifier: MIT */
/*
 * Grant tables: lending frames to other domains, and using theirs. Needs `page_tables`, `hypercall`.
 *
 * Grant operations report a status of their own, GNTST_*: 0 or a small negative number. Functions return
 * that unless they say otherwise.
 */
#ifndef GUESTKIT_GRANTS_H
#define GUESTKIT_GRANTS_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stdint.h>

/* Frames of table: 512 grants each, of which the first GNTTAB_NR_RESERVED_ENTRIES are the toolstack's. */
#define GRANT_FRAMES 4
#define GRANT_ENTRIES (GRANT_FRAMES * 512)

/* Size the table and map it. Again after a resume, when all grants given are void. 0 or a negative errno or status. */
int grants_init(void);

/* Lend a frame to `domain`. Returns the reference to tell it, or GNTST_no_space. */
int grant_access(domid_t domain, uint32_t mfn, bool read_only);
/* Take it back. False while the other domain still uses it: then it stays lent; try again later. */
bool grant_end(grant_ref_t ref);

/*
 * Map a frame that `domain` lends us at a page-aligned address that has an L1 table. What was mapped there is
 * replaced and comes not back. Sets *handle, by which grant_unmap() knows the mapping.
 */
int grant_map(domid_t domain, grant_ref_t ref, void *address, bool read_only, grant_handle_t *handle);
int grant_unmap(void *address, grant_handle_t handle);

/* Copy between our memory and a lent frame. `length` bytes at `offset` must lie within the frame, and ours within one page. */
int grant_copy_from(domid_t domain, grant_ref_t ref, uint16_t offset, void *to, uint16_t length);
int grant_copy_to(domid_t domain, grant_ref_t ref, uint16_t offset, const void *from, uint16_t length);

#endif
