// SPDX-License-Identifier: MIT
/* Level 3 of a 32-bit guest: its PAE root, four entries that lead to L2 tables. */
#ifndef RINGLET_MEMORY_L3_TABLE_H
#define RINGLET_MEMORY_L3_TABLE_H

#include "memory/page_types.h"

extern const struct table_kind l3_table_kind;

/*
 * Replaces entry `slot` of a root the caller holds. 0, or with nothing changed: -EINVAL for slot 3 and beyond, flags, or a
 * frame that cannot be an L2; -ERESTART; or what validating that L2 gave.
 */
int l3_entry_update(struct frame *table, uint64_t *slot, uint64_t entry, uint64_t kept, struct domain *d);

#endif
