// SPDX-License-Identifier: MIT
/*
 * What mmu_update and mmuext_op share: an array of commands that may be left half-way and entered again, and the count
 * of those done. When a command puts off the release of a table, the call restarts to finish that first; if it was
 * the last command, the final result travels in place of the fourth argument.
 */
#ifndef RINGLET_MEMORY_MMU_BATCH_H
#define RINGLET_MEMORY_MMU_BATCH_H

#include "core/domain.h"
#include "memory/hypercalls.h"

/* On the ordinary path it lives in registers: what is rare gets a copy. */
struct mmu_batch {
    struct vcpu *v;
    uint32_t hypercall;
    uint32_t request_size;
    uint64_t requests; /* guest address of the first command */
    uint32_t count;    /* without MMU_UPDATE_PREEMPTED */
    uint32_t foreign;
    uint64_t done_out;
    uint32_t done_before;
    uint32_t subop; /* of the command that failed, for the record */
};

/* How a call that was left half-way goes on: with the commands, or it is at its end with `result`. */
struct mmu_resumed {
    long result;
    uint32_t done_before;
    bool go_on;
};
struct mmu_resumed mmu_batch_resume(struct mmu_batch b, uint32_t count) __attribute__((cold));
long mmu_batch_end_slow(struct mmu_batch b, uint32_t done, int error) __attribute__((cold));

/* Reads the arguments. True when the call may go on; else *result is what to return. */
static inline bool mmu_batch_begin(struct mmu_batch *b, uint64_t requests, uint64_t count, uint64_t done,
                                   uint64_t foreign, long *result)
{
    struct mmu_resumed resumed;

    b->requests = requests;
    b->count = (uint32_t)count & ~MMU_UPDATE_PREEMPTED;
    b->foreign = (uint32_t)foreign;
    b->done_out = done;
    b->done_before = 0;
    b->subop = 0;
    if (likely(!b->v->dying_tables && !((uint32_t)count & MMU_UPDATE_PREEMPTED)))
        return true;
    resumed = mmu_batch_resume(*b, (uint32_t)count);
    b->done_before = resumed.done_before;
    *result = resumed.result;
    return resumed.go_on;
}

/* After `done` commands: 0, a refusal, or -ERESTART to be entered again. Returns what the call returns. */
static inline long mmu_batch_end(const struct mmu_batch *b, uint32_t done, int error)
{
    return likely(!error && !b->done_out && !b->v->dying_tables) ? 0 : mmu_batch_end_slow(*b, done, error);
}

#endif
