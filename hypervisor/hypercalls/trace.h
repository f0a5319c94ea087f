// SPDX-License-Identifier: MIT
/*
 * One line on the console for each hypercall of a traced domain, in the manner of strace:
 *
 *     (d0v0) mmu_update(reqs=0x128000 [{ptr=0x1234560, val=0x5063}], count=1, done=0, foreigndom=SELF) = 0
 *     (d0v0) memory_op(populate_physmap, arg=0x128f00) = 3 (over_maximum: E 10000, F 10001, M 0)
 *
 * A domain that is not traced pays nothing: a traced one is dispatched through another table.
 */
#ifndef RINGLET_HYPERCALLS_TRACE_H
#define RINGLET_HYPERCALLS_TRACE_H

#include "core/domain.h"

/* mask: RINGLET_TRACE_HYPERCALLS or _FAILURES; 0 ends it. Holds from the next call on. */
void trace_set(struct domain *d, uint32_t mask);

#endif
