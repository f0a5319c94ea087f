// SPDX-License-Identifier: MIT
/* Level 1: entries that map frames. */
#ifndef RINGLET_MEMORY_L1_TABLE_H
#define RINGLET_MEMORY_L1_TABLE_H

#include "memory/page_types.h"

extern const struct table_kind l1_table_kind;

/*
 * Takes what a present entry for an L1 of d needs: references to its frame, which must belong to `owner` (d itself, but
 * for foreign mappings by a privileged domain). May take RW out of *entry, where a device range is read-only. 0, or
 * with the reason recorded: -EINVAL flags, -EPERM a device frame without the right, -EBUSY a frame of another domain
 * or one that may not be mapped writable.
 */
int l1_entry_hold(uint64_t *entry, struct domain *d, struct domain *owner);
/* Drops what a present or not present entry held. */
void l1_entry_release(uint64_t entry, struct domain *d);

/*
 * Replaces entry `slot` of the L1 in frame `table`, which the caller holds as one. `kept`: which of the
 * old entry's bits stay set, 0 or PTE_A | PTE_D. Errors as above, nothing changed then.
 */
int l1_entry_update(mfn_t table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d,
                    struct domain *owner);

/* The same for a compare-and-exchange by the guest: -EAGAIN when the entry was not `*expected`, which it gets. */
int l1_entry_compare_exchange(mfn_t table, uint64_t *slot, uint64_t *expected, uint64_t entry,
                              struct domain *d);

/* Start: called when a read-only mapping of a descriptor page goes, since an LDT follows its mappings. */
void l1_on_segment_unmapped(void (*call)(struct domain *d));

#endif
