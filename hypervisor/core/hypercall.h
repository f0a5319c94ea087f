// SPDX-License-Identifier: MIT
/*
 * How a hypercall reaches its handler. entry.S loads the six argument registers (zero-extended for a 32-bit
 * guest) and calls through the table of the guest's width; the result goes to the guest's eax/rax. A handler is
 * `long hypercall_NAME(...)` with up to six unsigned long arguments; where the two widths pack arguments
 * differently, `hypercall32_NAME` unpacks and calls the shared one. The caller is current_vcpu(). Names and numbers
 * come from abi/hypercalls.def.
 */
#ifndef RINGLET_CORE_HYPERCALL_H
#define RINGLET_CORE_HYPERCALL_H

#include "core/types.h"

#define HYPERCALL_COUNT 56 /* numbers 0 to 55 have an entry in each table */

typedef long (*hypercall_fn)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t, uint64_t);

extern const hypercall_fn hypercall_table_32[HYPERCALL_COUNT];

struct domain;
/* The table a domain's calls go through: of its width, and the traced one while it is traced. hypercalls/trace.c. */
const hypercall_fn *hypercall_table_of(const struct domain *d);

/* True when a long operation should stop: work waits for this CPU. Opens the interrupt window first. */
bool preempt_wanted(void);

/*
 * Arranges for the guest to make hypercall `nr` again with these arguments (in a multicall: for the multicall to
 * resume with this entry), and returns what the handler must return at once. The guest sees only that time passed.
 */
long hypercall_continue(uint32_t nr, unsigned count, const uint64_t args[]);

#endif
