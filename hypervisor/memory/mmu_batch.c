// SPDX-License-Identifier: MIT
#include "memory/mmu_batch.h"

#include "core/errno.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "machine/user_copy.h"
#include "memory/hypercalls.h"
#include "memory/page_types.h"

static long again(const struct mmu_batch *b, uint64_t requests, uint32_t count, uint64_t done,
                  uint32_t fourth)
{
    const uint64_t args[] = {requests, count | MMU_UPDATE_PREEMPTED, done, fourth};

    return hypercall_continue(b->hypercall, 4, args);
}

/* The parts of mmu_batch_begin() that an ordinary call does not need. */
static bool begin_again(struct mmu_batch *b, uint64_t count, long *result)
{
    if (frame_release_pending(b->v)) {
        const uint64_t args[] = {b->requests, count, b->done_out, b->foreign};

        *result = hypercall_continue(b->hypercall, 4, args);
        return false;
    }
    if (count == MMU_UPDATE_PREEMPTED && b->requests == 0) {
        *result = (int32_t)b->foreign;
        return false;
    }
    if ((count & MMU_UPDATE_PREEMPTED) && b->done_out)
        (void)guest_get32(&b->done_before, gva(b->done_out));
    return true;
}

bool mmu_batch_begin(struct mmu_batch *b, uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign,
                     long *result)
{
    b->requests = requests;
    b->count = (uint32_t)count & ~MMU_UPDATE_PREEMPTED;
    b->done_out = done;
    b->done_before = 0;
    b->foreign = (uint32_t)foreign;
    if (unlikely(b->v->dying_tables || (count & MMU_UPDATE_PREEMPTED)))
        return begin_again(b, (uint32_t)count, result);
    return true;
}

long mmu_batch_end_slow(struct mmu_batch *b, uint32_t done, int error)
{
    long result = error;

    if (unlikely(error == -ERESTART))
        result = again(b, b->requests + (uint64_t)done * b->request_size, b->count - done, b->done_out,
                       b->foreign);
    else if (unlikely(b->v->dying_tables) && frame_release_pending(b->v))
        result = again(b, 0, 0, 0, (uint32_t)error);
    if (unlikely(error && error != -ERESTART))
        refuse_context(b->subop, b->done_before + done);
    if (b->done_out) /* as the reference, nothing comes of it when it cannot be written */
        (void)guest_put32(gva(b->done_out), b->done_before + done);
    return result;
}
