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

/*
 * The table grows a frame at a time, up to GRANT_FRAMES; the first GNTTAB_NR_RESERVED_ENTRIES grants are the toolstack's.
 * Lending and taking back take the same time however many there are.
 */
#define GRANT_FRAMES 16
#define GRANTS_IN_FRAME 512u
#define GRANT_ENTRIES (GRANT_FRAMES * GRANTS_IN_FRAME)

/* Set the table up and map it. Again after a resume, when all grants given are void. 0 or a negative errno or status. */
int grants_init(void);

/* Lend a frame to `domain`. Returns the reference to tell it, or GNTST_no_space when GRANT_ENTRIES are lent. */
int grant_access(domid_t domain, uint32_t mfn, bool read_only);
/* Take it back. False while the other domain still uses it: then it stays lent; try again later. What is not lent is back already. */
bool grant_end(grant_ref_t ref);

/*
 * Map a frame that `domain` lends us at a page-aligned address that has an L1 table: area_alloc() of areas.h has such
 * addresses. What was mapped there is replaced and comes not back. Sets *handle, by which grant_unmap() knows the
 * mapping. Many at a time take one hypercall by grant_table_op_map_grant_ref() and its like in stubs.h.
 */
int grant_map(domid_t domain, grant_ref_t ref, void *address, bool read_only, grant_handle_t *handle);
int grant_unmap(void *address, grant_handle_t handle);

/* Copy between our memory and a lent frame. `length` bytes at `offset` must lie within the frame, and ours within one page. */
int grant_copy_from(domid_t domain, grant_ref_t ref, uint16_t offset, void *to, uint16_t length);
int grant_copy_to(domid_t domain, grant_ref_t ref, uint16_t offset, const void *from, uint16_t length);

#endif
