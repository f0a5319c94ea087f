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

struct mmu_resumed mmu_batch_resume(struct mmu_batch b, uint32_t count)
{
    struct mmu_resumed r = {0};

    if (frame_release_pending(b.v)) {
        const uint64_t args[] = {b.requests, count, b.done_out, b.foreign};

        r.result = hypercall_continue(b.hypercall, 4, args);
        return r;
    }
    if (count == MMU_UPDATE_PREEMPTED && b.requests == 0) {
        r.result = (int32_t)b.foreign;
        return r;
    }
    if ((count & MMU_UPDATE_PREEMPTED) && b.done_out)
        (void)guest_get32(&r.done_before, gva(b.done_out));
    r.go_on = true;
    return r;
}

long mmu_batch_end_slow(struct mmu_batch b, uint32_t done, int error)
{
    long result = error;

    if (unlikely(error == -ERESTART))
        result =
            again(&b, b.requests + (uint64_t)done * b.request_size, b.count - done, b.done_out, b.foreign);
    else if (unlikely(b.v->dying_tables) && frame_release_pending(b.v))
        result = again(&b, 0, 0, 0, (uint32_t)error);
    if (unlikely(error && error != -ERESTART))
        refuse_context(b.subop, b.done_before + done);
    if (b.done_out) /* as the reference, nothing comes of it when it cannot be written */
        (void)guest_put32(gva(b.done_out), b.done_before + done);
    return result;
}
