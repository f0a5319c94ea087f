// SPDX-License-Identifier: MIT
/*
 * The hypercall. Its command word holds the command in the low 6 bits and, for the commands that work through a list of
 * extents, how many of them are done above: that is where a preempted call goes on.
 */
#include <abi/memory.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "domain/any_domain.h"
#include "grants/acquire_resource.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/exchange.h"
#include "memory/frame.h"
#include "memory/hypercalls.h"
#include "memory/memory_maps.h"
#include "memory/reservation.h"

#define EXTENT_SHIFT 6u
#define COMMAND_MASK ((1u << EXTENT_SHIFT) - 1)
#define EXTENTS_MAX (UINT32_MAX >> EXTENT_SHIFT) /* more could not be encoded in a continuation */

typedef uint64_t extents_handler(const struct reservation *, struct domain *, uint64_t done, bool *preempted);

static extents_handler *const extents_handlers[] = {
    [XENMEM_increase_reservation] = reservation_increase,
    [XENMEM_decrease_reservation] = reservation_decrease,
    [XENMEM_populate_physmap] = reservation_populate,
};

/* Every refusal is "no more extents were done": the count returned does not grow. */
static long run_extents(struct domain *caller, uint32_t command, uint64_t done, gva_t at)
{
    struct reservation r;
    bool preempted = false;
    struct domain *d;

    if (reservation_read(&r, caller, at))
        return (long)done;
    if (r.extents > EXTENTS_MAX) {
        refuse(-E2BIG, REASON_count_too_large, EXTENTS_MAX, r.extents, 0);
        return (long)done;
    }
    if (done >= r.extents || any_domain_find(&d, caller, r.domid))
        return (long)done;
    done = extents_handlers[command](&r, d, done, &preempted);
    if (preempted)
        return hypercall_continue(__HYPERVISOR_memory_op, 2,
                                  (uint64_t[]){command | done << EXTENT_SHIFT, at.raw});
    if (unlikely(done < r.extents))
        refuse_context(command, (uint32_t)done);
    return (long)done;
}

static long maximum_ram_page(struct domain *caller, gva_t at)
{
    return (long)frame_table_frames;
}

static int find_named(struct domain **d, struct domain *caller, gva_t at)
{
    domid_t domid;

    if (guest_get16(&domid, at))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(domid), at.raw, 0);
    return any_domain_find(d, caller, domid);
}

static long current_reservation(struct domain *caller, gva_t at)
{
    struct domain *d;
    int error = find_named(&d, caller, at);

    return error ? error : (long)d->pages;
}

static long maximum_reservation(struct domain *caller, gva_t at)
{
    struct domain *d;
    int error = find_named(&d, caller, at);

    return error ? error : (long)d->max_pages;
}

/* What the domain itself publishes in the shared page. */
static long maximum_gpfn(struct domain *caller, gva_t at)
{
    struct domain *d;
    uint64_t pages;
    int error = find_named(&d, caller, at);

    if (error)
        return error;
    if (d->width == GUEST_32)
        pages = READ_ONCE(((struct shared_info_32 *)d->shared_info)->arch.max_pfn);
    else
        pages = READ_ONCE(((struct shared_info_64 *)d->shared_info)->arch.max_pfn);
    return pages ? (long)pages - 1 : 0; /* a guest that has not said yet must not be told -EPERM */
}

/* Commands about where things are in a translated guest's memory: a PV guest's is not translated. */
static long not_translated(struct domain *caller, gva_t at)
{
    struct domain *d;
    int error = find_named(&d, caller, at);

    return error ? error : refuse(-EACCES, REASON_not_translated_guest, 0, 0, 0);
}

static long add_to_physmap(struct domain *caller, gva_t at)
{
    struct xen_add_to_physmap_32 head; /* domid, size and space are alike in both widths */

    if (copy_from_guest(&head, at, offsetof(struct xen_add_to_physmap_32, idx)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(head), at.raw, 0);
    if (head.space == XENMAPSPACE_gmfn_foreign)
        return refuse(-ENOSYS, REASON_not_translated_guest, 0, XENMEM_add_to_physmap, 0);
    return not_translated(caller, at);
}

static long get_vnumainfo(struct domain *caller, gva_t at)
{
    struct xen_vnuma_topology_info_32 info;
    struct domain *d;
    int error;

    if (copy_from_guest(&info, at, sizeof(info)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(info), at.raw, 0);
    if (info.pad)
        return refuse(-EINVAL, REASON_reserved_field, 0, info.pad, 0);
    error = any_domain_find(&d, caller, info.domid);
    return error ? error : refuse(-EOPNOTSUPP, REASON_not_implemented, 0, XENMEM_get_vnumainfo, 0);
}

/* Populate on demand is for translated guests. */
static long pod_target(struct domain *caller, gva_t at)
{
    const size_t offset = caller->width == GUEST_32 ? offsetof(struct xen_pod_target_32, domid)
                                                    : offsetof(struct xen_pod_target_64, domid);
    struct domain *d;
    int error = find_named(&d, caller, gva_add(at, offset));

    return error ? error : refuse(-EINVAL, REASON_not_translated_guest, 0, XENMEM_get_pod_target, 0);
}

/* No frame is ever shared behind the domains' backs. */
static long nothing_shared(struct domain *caller, gva_t at)
{
    return 0;
}

/* Commands that a domain uses on another one: never on itself. */
static long find_remote(struct domain *caller, gva_t at)
{
    domid_t domid;

    if (guest_get16(&domid, at))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(domid), at.raw, 0);
    if (domid == caller->id)
        return refuse(-EPERM, REASON_no_such_domain, caller->id, domid, 0);
    if (!domain_find(domid))
        return refuse(-ESRCH, REASON_no_such_domain, caller->id, domid, 0);
    return refuse(-ENOSYS, REASON_not_implemented, 0, 0, 0);
}

static long access_op(struct domain *caller, gva_t at)
{
    return find_remote(caller, gva_add(at, 2)); /* after two bytes that say which operation */
}

static long (*const handlers[])(struct domain *, gva_t) = {
    [XENMEM_maximum_ram_page] = maximum_ram_page,
    [XENMEM_current_reservation] = current_reservation,
    [XENMEM_maximum_reservation] = maximum_reservation,
    [XENMEM_machphys_mfn_list] = machphys_mfn_list,
    [XENMEM_add_to_physmap] = add_to_physmap,
    [XENMEM_memory_map] = memory_map,
    [XENMEM_machine_memory_map] = machine_memory_map,
    [XENMEM_exchange] = memory_exchange,
    [XENMEM_machphys_mapping] = machphys_mapping,
    [XENMEM_set_memory_map] = set_memory_map,
    [XENMEM_maximum_gpfn] = maximum_gpfn,
    [XENMEM_remove_from_physmap] = not_translated,
    [XENMEM_set_pod_target] = pod_target,
    [XENMEM_get_pod_target] = pod_target,
    [XENMEM_get_sharing_freed_pages] = nothing_shared,
    [XENMEM_get_sharing_shared_pages] = nothing_shared,
    [XENMEM_access_op] = access_op,
    [XENMEM_add_to_physmap_batch] = not_translated,
    [XENMEM_machphys_compat_mfn_list] = machphys_mfn_list,
    [XENMEM_get_vnumainfo] = get_vnumainfo,
    [XENMEM_reserved_device_memory_map] = reserved_device_memory_map,
    [XENMEM_acquire_resource] = acquire_resource,
};

long hypercall_memory_op(uint64_t word, uint64_t arg)
{
    struct domain *caller = current_vcpu()->domain;
    const uint32_t command = (uint32_t)word & COMMAND_MASK;
    const uint64_t done = (uint32_t)word >> EXTENT_SHIFT;

    if (command < ARRAY_SIZE(extents_handlers) && extents_handlers[command])
        return run_extents(caller, command, done, gva(arg));
    if (command >= ARRAY_SIZE(handlers) || !handlers[command])
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(handlers), command, 0);
    if (done)
        return refuse(-EINVAL, REASON_reserved_field, 0, done, 0);
    return handlers[command](caller, gva(arg));
}
