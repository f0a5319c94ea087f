// SPDX-License-Identifier: MIT
#include "grants/grant_copy.h"

#include <abi/ringlet.h>

#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_frame.h"
#include "grants/grant_table.h"
#include "memory/frame_write.h"

/* One end of a copy while it lasts: the frame is held, and the grant pinned if there is one. */
struct copy_end {
    struct domain *owner;
    mfn_t frame;
    uint32_t ref;
    uint32_t pins; /* 0: the domain's own frame, named directly */
    bool writable;
};

static int find_owner(struct copy_end *end, struct domain *d, const struct copy_request_end *r)
{
    if (r->domid == DOMID_SELF || (r->granted && r->domid == d->id)) {
        end->owner = d;
        return GNTST_okay;
    }
    if (!r->granted)
        return grant_refuse(GNTST_permission_denied, REASON_domain_not_self, d->id, r->domid, 0);
    end->owner = domain_find(r->domid);
    if (unlikely(!end->owner))
        return grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, r->domid, 0);
    return GNTST_okay;
}

static void release_end(const struct copy_end *end)
{
    grant_frame_drop(end->frame, end->writable);
    if (end->pins)
        grant_unpin(end->owner, end->ref, end->pins);
}

static int claim_end(struct copy_end *end, const struct domain *d, const struct copy_request_end *r,
                     bool writable)
{
    end->writable = writable;
    end->pins = 0;
    end->ref = 0;
    end->frame = mfn(r->ref_or_frame);
    if (r->granted) {
        const struct grant_use use = {d->id, writable, false, writable ? PIN_HOST_WRITE : PIN_HOST_READ};
        int status = grant_pin(end->owner, (grant_ref_t)r->ref_or_frame, &use, &end->frame);

        if (unlikely(status))
            return status;
        end->ref = (grant_ref_t)r->ref_or_frame;
        end->pins = use.pins;
    }
    if (likely(grant_frame_hold(end->frame, end->owner, writable)))
        return GNTST_okay;
    if (end->pins)
        grant_unpin(end->owner, end->ref, end->pins);
    return grant_frame_refuse(end->frame, end->owner, writable, end->ref);
}

static int copy_between(const struct copy_end *from, const struct copy_end *to, const struct copy_request *r)
{
    const uint32_t furthest = MAX(r->source.offset, r->dest.offset);

    if (unlikely(furthest + r->length > PAGE_SIZE))
        return grant_refuse(GNTST_bad_copy_arg, REASON_grant_copy_range, furthest, r->length, 0);
    frame_write(to->frame, r->dest.offset, (const uint8_t *)frame_map(from->frame) + r->source.offset,
                r->length);
    return GNTST_okay;
}

int grant_copy(struct domain *d, const struct copy_request *r)
{
    struct copy_end from, to;
    int status;

    if (unlikely(status = find_owner(&from, d, &r->source)) ||
        unlikely(status = find_owner(&to, d, &r->dest)))
        return status;
    status = claim_end(&from, d, &r->source, false);
    if (unlikely(status))
        return status;
    status = claim_end(&to, d, &r->dest, true);
    if (likely(!status)) {
        status = copy_between(&from, &to, r);
        release_end(&to);
    }
    release_end(&from);
    if (likely(!status))
        d->counters.grants_copied++;
    return status;
}
