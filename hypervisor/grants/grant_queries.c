// SPDX-License-Identifier: MIT
#include "grants/grant_queries.h"

#include <abi/grant_table.h>
#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/why.h"
#include "domain/domain.h"
#include "grants/grant_table.h"
#include "machine/user_copy.h"
#include "memory/frame.h"

/* Whose table is meant: GNTST_okay, _bad_domain, or _permission_denied when it is not the caller's to look at. */
static int find_table_owner(struct domain **out, struct domain *caller, domid_t domid)
{
    *out = domid == DOMID_SELF ? caller : domain_find(domid);
    if (!*out)
        return grant_refuse(GNTST_bad_domain, REASON_grant_domain, 0, domid, 0);
    if (*out != caller && !caller->privileged)
        return grant_refuse(GNTST_permission_denied, REASON_not_privileged, caller->id, domid, 0);
    return GNTST_okay;
}

/* A frame list has entries of `size` bytes: 4 in a 32-bit guest's, 8 in a 64-bit one's. */
struct frame_list {
    gva_t at;
    uint32_t frames;
    size_t size;
};

static int write_frames(const struct grant_table *t, const struct frame_list *list)
{
    for (uint32_t i = 0; i < list->frames; i++) {
        uint64_t number = frame_unmap(t->shared[i]).raw;

        if (copy_to_guest(gva_add(list->at, i * list->size), &number, list->size))
            return grant_refuse(GNTST_bad_virt_addr, REASON_bad_guest_pointer_write, i, list->at.raw, 0);
    }
    return GNTST_okay;
}

static int setup(struct domain *caller, domid_t domid, const struct frame_list *list)
{
    struct domain *d;
    int status = find_table_owner(&d, caller, domid);

    if (status)
        return status;
    if (grant_table_grow(d, list->frames))
        return GNTST_general_error;
    return write_frames(d->grants, list);
}

static long setup_table(struct vcpu *v, const struct array_part *part, domid_t domid,
                        const struct frame_list *list, size_t status_offset)
{
    int status;

    if (!guest_range_ok(list->at, list->frames * list->size))
        return -EFAULT;
    status = setup(v->domain, domid, list);
    if (status)
        refuse_context(part->command, 0);
    return guest_put16(gva_add(part->at, status_offset), (uint16_t)status);
}

long grant_setup_table32(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_setup_table_32 op;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    return setup_table(v, part, op.dom,
                       &(struct frame_list){gva(op.frame_list), op.nr_frames, sizeof(uint32_t)},
                       offsetof(struct gnttab_setup_table_32, status));
}

long grant_setup_table64(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_setup_table_64 op;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    return setup_table(v, part, op.dom,
                       &(struct frame_list){gva(op.frame_list), op.nr_frames, sizeof(uint64_t)},
                       offsetof(struct gnttab_setup_table_64, status));
}

long grant_query_size(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_query_size op;
    struct domain *d;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    op.status = (int16_t)find_table_owner(&d, v->domain, op.dom);
    if (!op.status) {
        op.nr_frames = d->grants->frames;
        op.max_nr_frames = d->grants->max_frames;
    }
    return copy_to_guest(part->at, &op, sizeof(op));
}

long grant_set_version(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_set_version op;
    long result = 0;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    if (op.version != 1 && op.version != 2)
        result = refuse(-EINVAL, REASON_grant_version, GRANT_VERSION, op.version, 0);
    else if (op.version != GRANT_VERSION)
        result = refuse(-ENOSYS, REASON_grant_version, GRANT_VERSION, op.version, 0);
    op.version = GRANT_VERSION;
    return copy_to_guest(part->at, &op, sizeof(op)) ? -EFAULT : result;
}

long grant_get_version(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_get_version op;
    struct domain *d;
    int status;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    status = find_table_owner(&d, v->domain, op.dom);
    if (status)
        return status == GNTST_bad_domain ? -ESRCH : -EPERM;
    return guest_put32(gva_add(part->at, offsetof(struct gnttab_get_version, version)), GRANT_VERSION);
}

/* Version 1 has no status frames: none can be asked for. */
static int status_frames(struct domain *caller, domid_t domid, uint32_t frames)
{
    struct domain *d;
    int status = find_table_owner(&d, caller, domid);

    if (status)
        return status;
    if (frames)
        return grant_refuse(GNTST_general_error, REASON_grant_version, 2, GRANT_VERSION, 0);
    return GNTST_okay;
}

long grant_get_status_frames32(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_get_status_frames_32 op;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    return guest_put16(gva_add(part->at, offsetof(struct gnttab_get_status_frames_32, status)),
                       (uint16_t)status_frames(v->domain, op.dom, op.nr_frames));
}

long grant_get_status_frames64(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_get_status_frames_64 op;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    return guest_put16(gva_add(part->at, offsetof(struct gnttab_get_status_frames_64, status)),
                       (uint16_t)status_frames(v->domain, op.dom, op.nr_frames));
}

/* Caches of this architecture are coherent: cleaning needs nothing, throwing dirty lines away alone is not offered. */
long grant_cache_flush(struct vcpu *v, const struct array_part *part)
{
    const uint32_t known = GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL;
    struct gnttab_cache_flush op;
    struct frame *f;

    if (copy_from_guest(&op, part->at, sizeof(op)))
        return -EFAULT;
    if (op.offset >= PAGE_SIZE || op.length > PAGE_SIZE || (uint32_t)op.offset + op.length > PAGE_SIZE)
        return refuse(-EINVAL, REASON_grant_copy_range, op.offset, op.length, 0);
    if (op.op & ~known)
        return refuse(-EINVAL, REASON_bad_flags, known, op.op, 0);
    if (!op.length || !op.op)
        return 0;
    if (op.a.dev_bus_addr >> PAGE_SHIFT >= frame_table_frames)
        return refuse(-EINVAL, REASON_frame_invalid, 0, 0, op.a.dev_bus_addr >> PAGE_SHIFT);
    f = frame_get(mfn(op.a.dev_bus_addr >> PAGE_SHIFT), v->domain);
    if (!f)
        return frame_refuse(mfn(op.a.dev_bus_addr >> PAGE_SHIFT), v->domain, -EPERM);
    frame_put(f);
    return op.op == GNTTAB_CACHE_INVAL ? refuse(-EOPNOTSUPP, REASON_bad_flags, known, op.op, 0) : 0;
}
