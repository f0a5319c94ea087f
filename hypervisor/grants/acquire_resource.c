// SPDX-License-Identifier: MIT
#include "grants/acquire_resource.h"

#include <abi/memory.h>

#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_table.h"
#include "machine/direct_map.h"
#include "machine/user_copy.h"

struct resource {
    struct domain *domain;
    uint32_t count; /* frames wanted */
    uint64_t first;
    gva_t list;
    uint8_t entry_size;
};

static int read_arguments(struct xen_mem_acquire_resource_64 *op, const struct domain *caller, gva_t at)
{
    struct xen_mem_acquire_resource_32 narrow;
    int error = caller->width == GUEST_32 ? copy_from_guest(&narrow, at, sizeof(narrow))
                                          : copy_from_guest(op, at, sizeof(*op));

    if (error)
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(narrow), at.raw, 0);
    if (caller->width == GUEST_32)
        *op = (struct xen_mem_acquire_resource_64){narrow.domid,     narrow.type, narrow.id,
                                                   narrow.nr_frames, narrow.pad,  narrow.frame,
                                                   narrow.frame_list};
    return 0;
}

/* Another domain, by a privileged caller: by DOMID_SELF or its own number nobody reaches anything. */
static int check(struct domain **d, const struct xen_mem_acquire_resource_64 *op, const struct domain *caller)
{
    *d = domain_find(op->domid);
    if (op->pad)
        return refuse(-EINVAL, REASON_reserved_field, 0, op->pad, 0);
    if (*d == caller)
        return refuse(-EPERM, REASON_domain_is_self, 0, op->domid, 0);
    if (!*d)
        return refuse(-ESRCH, REASON_no_such_domain, caller->id, op->domid, 0);
    if (!caller->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, XENMEM_acquire_resource, 0);
    if (op->type != XENMEM_resource_grant_table || op->id != XENMEM_resource_grant_table_id_shared)
        return refuse(-EINVAL, REASON_resource, op->type, op->id, 0);
    return 0;
}

static int write_frames(const struct resource *r)
{
    const struct grant_table *t = r->domain->grants;

    for (uint32_t i = 0; i < r->count; i++) {
        uint64_t number = frame_unmap(t->shared[r->first + i]).raw;
        gva_t to = gva_add(r->list, (uint64_t)i * r->entry_size);

        if (copy_to_guest(to, &number, r->entry_size))
            return refuse(-EFAULT, REASON_bad_guest_pointer_write, i, to.raw, 0);
    }
    return 0;
}

/* A table grows to hold the frames asked for. */
static int acquire(const struct resource *r)
{
    const uint32_t limit = r->domain->grants->max_frames;

    if (!r->count || r->first >= limit || r->count > limit - r->first)
        return refuse(-EINVAL, REASON_grant_table_frames, limit, r->first + r->count, 0);
    if (grant_table_grow(r->domain, (uint32_t)r->first + r->count))
        return -ENOMEM;
    return write_frames(r);
}

long acquire_resource(struct domain *caller, gva_t at)
{
    struct xen_mem_acquire_resource_64 op = {0};
    struct domain *d;
    gva_t count_at = gva_add(at, offsetof(struct xen_mem_acquire_resource_32, nr_frames));
    int error = read_arguments(&op, caller, at);

    if (!error)
        error = check(&d, &op, caller);
    if (error)
        return error;
    if (op.frame_list)
        return acquire(
            &(struct resource){d, op.nr_frames, op.frame, gva(op.frame_list), (uint8_t)caller->width});
    if (op.nr_frames)
        return refuse(-EINVAL, REASON_reserved_field, 0, op.nr_frames, 0);
    return guest_put32(count_at, d->grants->max_frames)
               ? refuse(-EFAULT, REASON_bad_guest_pointer_write, 0, count_at.raw, 0)
               : 0;
}
