// SPDX-License-Identifier: MIT
/* Level 2: entries that lead to L1 tables; or, read-only, to an L2 as a linear table. */
#ifndef RINGLET_MEMORY_L2_TABLE_H
#define RINGLET_MEMORY_L2_TABLE_H

#include "memory/page_types.h"

extern const struct table_kind l2_table_kind;
extern const struct table_kind l2_shared_table_kind;

/*
 * Replaces entry `slot` (in the direct map) of an L2 the caller holds. 0, or with nothing changed: -EPERM one of the
 * hypervisor's slots, -EINVAL flags or a frame that cannot be an L1, or what validating that L1 gave.
 */
int l2_entry_update(struct frame *table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d);

#endif
