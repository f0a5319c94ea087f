// SPDX-License-Identifier: MIT
/*
 * One walk over all frames, which is short beside what it frees and needs no list of a domain's frames. The tables come
 * apart by themselves: once no root, no pin and no unfinished check holds them, each release drops what it names.
 */
#include "memory/relinquish.h"

#include "core/errno.h"
#include "core/hypercall.h"
#include "machine/percpu.h"
#include "memory/frame_alloc.h"
#include "memory/page_types.h"

#define FRAMES_BETWEEN_CHECKS 64u

static void give_up(struct frame *f, struct domain *d)
{
    if (!frame_get(frame_number(f), d))
        return;
    if (frame_unpin(f))
        frame_release(frame_number(f));
    frame_undo_partial(f, d);
    frame_disown(f);
    frame_put(f);
}

int memory_relinquish(struct domain *d)
{
    struct vcpu *v = current_vcpu();
    unsigned since_check = 0;

    while (d->relinquish_next < frame_table_frames) {
        struct frame *f = &frame_table[d->relinquish_next];

        if (f->owner == d->id && f->refs) {
            if (++since_check % FRAMES_BETWEEN_CHECKS == 0 && preempt_wanted())
                return -ERESTART;
            give_up(f, d);
        }
        d->relinquish_next++;
        if (v->dying_tables && frame_release_pending(v))
            return -ERESTART;
    }
    return 0;
}
