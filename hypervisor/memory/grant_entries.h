// SPDX-License-Identifier: MIT
/*
 * L1 entries that map a granted frame. They differ from others in two ways: the frame may belong to another domain,
 * and PTE_GRANTED (pte.h) marks them (a guest cannot set it: it is among the bits its own entries must not have), so that an
 * unmap can tell the mapping it made from one the guest made of the same frame.
 *
 * The references an entry holds are those of every L1 entry: one general, and a writable type reference when RW is
 * set. The caller takes them before it installs an entry; on success the entry holds them, and whatever tears it
 * down drops them by looking at the entry, as for any other. On failure they stay the caller's.
 */
#ifndef RINGLET_MEMORY_GRANT_ENTRIES_H
#define RINGLET_MEMORY_GRANT_ENTRIES_H

#include "core/domain.h"
#include "core/types.h"

/* Where an entry is: by the linear address it translates, or by its own machine address (GNTMAP_contains_pte). */
struct entry_place {
    uint64_t address;
    bool is_machine;
};

/*
 * Writes `entry` into an L1 of the current domain's tables and drops what the old entry held.
 * 0; -EINVAL: there is no L1 entry of the domain at that place (the reason is recorded).
 */
int grant_entry_install(struct vcpu *v, struct entry_place at, pte_t entry);

/*
 * Takes the grant mapping of `frame` out again, leaving `replacement` (0, or an entry with its own references) in its
 * place. The references pass to the caller, who drops them once no TLB holds the translation.
 * 0; -EINVAL: that entry is not a grant mapping of this frame with this access (the reason is recorded).
 */
int grant_entry_remove(struct vcpu *v, struct entry_place at, mfn_t frame, bool writable, pte_t replacement);

/* Empties the L1 entry for a linear address without dropping anything: its references are the caller's now. */
int l1_entry_take(struct vcpu *v, gva_t at, pte_t *entry);
/* Drops the references of such an entry. */
void l1_entry_drop(struct vcpu *v, pte_t entry);

#endif
