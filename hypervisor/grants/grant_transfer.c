// SPDX-License-Identifier: MIT
#include "grants/grant_transfer.h"

#include <abi/ringlet.h>

#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_table.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"

/* The frame is nobody's now. */
static int hand_over(struct frame *f, struct domain *d, struct domain *receiver, grant_ref_t ref,
                     uint32_t number)
{
    int status = grant_accept_transfer(receiver, ref, d->id);

    if (status) {
        frame_give_back(f, d, number);
        return status;
    }
    if (frame_assign(f, receiver)) {
        grant_abort_transfer(receiver, ref);
        frame_give_back(f, d, number);
        return grant_refuse(GNTST_general_error, REASON_over_maximum, receiver->max_pages,
                            receiver->pages + 1, frame_number(f).raw);
    }
    grant_complete_transfer(receiver, ref, frame_number(f));
    return GNTST_okay;
}

int grant_transfer(struct domain *d, mfn_t frame, uint16_t receiver, grant_ref_t ref)
{
    struct frame *f = frame_get(frame, d);
    struct domain *other;
    uint32_t number;
    int status;

    if (!f)
        return frame_refuse(frame, d, GNTST_bad_page);
    number = m2p_get(frame);
    other = domain_find(receiver);
    if (!other) {
        status = grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, receiver, 0);
    } else if (frame_steal(f, d, 1)) {
        status = grant_refuse(GNTST_bad_page, REASON_frame_still_used, 1, f->refs - 1, frame.raw);
    } else {
        status = hand_over(f, d, other, ref, number);
    }
    frame_put(f);
    return status;
}
