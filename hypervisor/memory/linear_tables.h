// SPDX-License-Identifier: MIT
/*
 * Linear page tables (rule T12): an L2 entry that names an L2 shows the guest its tables as one array of entries. A
 * table that names itself holds nothing. One that names another holds a use of it, and of two such tables neither
 * may be both naming and named: `linear_uses` counts one up and the other down, so a walk has at most one such step.
 */
#ifndef RINGLET_MEMORY_LINEAR_TABLES_H
#define RINGLET_MEMORY_LINEAR_TABLES_H

#include "memory/page_types.h"

/* Takes the references of a linear entry in `table` that names `named`, another table of its level. 0 or -EINVAL. */
int linear_entry_take(struct frame *table, struct frame *named, uint64_t entry);
void linear_entry_drop(struct frame *table, struct frame *named);

#endif
