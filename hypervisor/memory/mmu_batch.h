// SPDX-License-Identifier: MIT
/*
 * What mmu_update and mmuext_op share: an array of commands that may be left half-way and entered again, and the count
 * of those done. When a command puts off the release of a table, the call restarts to finish that first; if it was
 * the last command, the final result travels in place of the fourth argument.
 */
#ifndef RINGLET_MEMORY_MMU_BATCH_H
#define RINGLET_MEMORY_MMU_BATCH_H

#include "core/domain.h"

struct mmu_batch {
    struct vcpu *v;
    uint32_t hypercall;
    uint32_t subop;    /* of the command that failed, for the record */
    uint64_t requests; /* guest address of the first command */
    uint32_t request_size;
    uint32_t count; /* without MMU_UPDATE_PREEMPTED */
    uint64_t done_out;
    uint32_t done_before;
    uint32_t foreign;
};

/* Reads the arguments. True when the call may go on; else *result is what to return. */
bool mmu_batch_begin(struct mmu_batch *b, uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign,
                     long *result);
/* After `done` commands: 0, a refusal, or -ERESTART to be entered again. Returns what the call returns. */
long mmu_batch_end_slow(struct mmu_batch *b, uint32_t done, int error);
static inline long mmu_batch_end(struct mmu_batch *b, uint32_t done, int error)
{
    return likely(!error && !b->done_out && !b->v->dying_tables) ? 0 : mmu_batch_end_slow(b, done, error);
}

#endif
