// SPDX-License-Identifier: MIT
#include "grants/grant_copy.h"

#include <abi/ringlet.h>

#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_table.h"
#include "memory/frame_write.h"

/* One end of a copy while it lasts: the frame is held, and the grant pinned if there is one. */
struct copy_end {
    struct domain *owner;
    mfn_t frame;
    grant_ref_t ref;
    uint32_t pins; /* 0: the domain's own frame, named directly */
    bool writable;
};

static int find_owner(struct copy_end *end, struct domain *d, const struct gnttab_copy_ptr_64 *pointer,
                      bool granted)
{
    if (pointer->domid == DOMID_SELF) {
        end->owner = d;
        return GNTST_okay;
    }
    if (!granted)
        return grant_refuse(GNTST_permission_denied, REASON_domain_not_self, d->id, pointer->domid, 0);
    end->owner = domain_find(pointer->domid);
    if (unlikely(!end->owner))
        return grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, pointer->domid, 0);
    return GNTST_okay;
}

static int pin_end(struct copy_end *end, struct domain *d, grant_ref_t ref)
{
    struct grant_use use = {
        .user = d->id,
        .writable = end->writable,
        .pins = end->writable ? PIN_HOST_WRITE : PIN_HOST_READ,
    };
    int status = grant_pin(end->owner, ref, &use, &end->frame);

    if (unlikely(status))
        return status;
    end->ref = ref;
    end->pins = use.pins;
    return GNTST_okay;
}

static void unpin_end(struct copy_end *end)
{
    if (end->pins)
        grant_unpin(end->owner, end->ref, end->pins);
}

static void release_end(struct copy_end *end)
{
    grant_frame_drop(end->frame, end->writable);
    unpin_end(end);
}

/* A frame that is not the owner's is a bad page; one that cannot be written now is a general error. */
static int hold_end(const struct copy_end *end)
{
    if (likely(grant_frame_hold(end->frame, end->owner, end->writable)))
        return GNTST_okay;
    if (end->writable && grant_frame_hold(end->frame, end->owner, false)) {
        grant_frame_drop(end->frame, false);
        return grant_refuse(GNTST_general_error, REASON_grant_frame, end->writable, end->ref, end->frame.raw);
    }
    return grant_refuse(GNTST_bad_page, REASON_grant_frame, end->writable, end->ref, end->frame.raw);
}

static int claim_end(struct copy_end *end, struct domain *d, const struct gnttab_copy_ptr_64 *pointer,
                     bool granted)
{
    int status;

    end->pins = 0;
    end->ref = 0;
    end->frame = mfn(pointer->u.gmfn);
    if (granted && unlikely(status = pin_end(end, d, pointer->u.ref)))
        return status;
    status = hold_end(end);
    if (unlikely(status))
        unpin_end(end);
    return status;
}

static int check_range(const struct gnttab_copy_ptr_64 *pointer, uint16_t length)
{
    if (unlikely((uint32_t)pointer->offset + length > PAGE_SIZE))
        return grant_refuse(GNTST_bad_copy_arg, REASON_grant_copy_range, pointer->offset, length, 0);
    return GNTST_okay;
}

static int copy_between(const struct copy_end *from, const struct copy_end *to,
                        const struct gnttab_copy_64 *op)
{
    int status;

    if (unlikely(status = check_range(&op->source, op->len)) ||
        unlikely(status = check_range(&op->dest, op->len)))
        return status;
    frame_write(to->frame, op->dest.offset, (const uint8_t *)frame_map(from->frame) + op->source.offset,
                op->len);
    return GNTST_okay;
}

int grant_copy(struct domain *d, const struct gnttab_copy_64 *op)
{
    const bool from_grant = op->flags & GNTCOPY_source_gref, to_grant = op->flags & GNTCOPY_dest_gref;
    struct copy_end from = {.writable = false}, to = {.writable = true};
    int status;

    if (unlikely(status = find_owner(&from, d, &op->source, from_grant)) ||
        unlikely(status = find_owner(&to, d, &op->dest, to_grant)))
        return status;
    status = claim_end(&from, d, &op->source, from_grant);
    if (unlikely(status))
        return status;
    status = claim_end(&to, d, &op->dest, to_grant);
    if (likely(!status)) {
        status = copy_between(&from, &to, op);
        release_end(&to);
    }
    release_end(&from);
    if (likely(!status))
        d->counters.grants_copied++;
    return status;
}
