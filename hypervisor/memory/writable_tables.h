// SPDX-License-Identifier: MIT
/*
 * Writable page tables: a guest's kernel that turned the assist on may write to its L1 tables as if they were mapped
 * writable. The write faults, traps/ works out what it would have done, and this does it as mmu_update would.
 */
#ifndef RINGLET_MEMORY_WRITABLE_TABLES_H
#define RINGLET_MEMORY_WRITABLE_TABLES_H

#include "core/domain.h"

/* The L1 table of v's domain that is mapped read-only at `address`; MFN_NONE when there is none. */
mfn_t table_write_target(const struct vcpu *v, uint64_t address);

/*
 * Writes `bytes` (1, 2, 4 or 8) of such a table at `address`, a multiple of that. With `expected`, only if they are
 * *expected: -EAGAIN when they are not, and *expected is what they are. -EINVAL and the like, with the reason recorded
 * and nothing changed, for what is an L1 no longer, or an entry that may not be. One exception, the
 * reference's: a guest that writes an entry in halves, the upper one first, may make it invalid for a moment; then
 * the entry is written as not present.
 */
int table_write(struct vcpu *v, mfn_t table, uint64_t address, unsigned bytes, uint64_t value,
                uint64_t *expected);

#endif
