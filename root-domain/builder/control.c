// SPDX-License-Identifier: MIT
#include "control.h"

#include <string.h>

#include <guestkit/stubs.h>

static int call(uint32_t command, domid_t domid, xen_domctl_t *op)
{
    op->cmd = command;
    op->interface_version = XEN_DOMCTL_INTERFACE_VERSION;
    op->domain = domid;
    return hypercall_domctl(op);
}

static int call_system(uint32_t command, xen_sysctl_t *op)
{
    op->cmd = command;
    op->interface_version = XEN_SYSCTL_INTERFACE_VERSION;
    return hypercall_sysctl(op);
}

/* The width comes before any memory: tables of contents are laid out by it. */
static int shape(domid_t domid, uint32_t vcpus)
{
    xen_domctl_t op = {.u.max_vcpus.max = vcpus};
    int error = call(XEN_DOMCTL_max_vcpus, domid, &op);

    if (error)
        return error;
    op = (xen_domctl_t){.u.address_size.size = 32};
    return call(XEN_DOMCTL_set_address_size, domid, &op);
}

int control_create(const uint8_t uuid[DOMAIN_UUID_BYTES], uint32_t vcpus)
{
    xen_domctl_t op = {.u.createdomain = {.max_vcpus = vcpus,
                                          .max_evtchn_port = EVTCHN_2L_NR_CHANNELS - 1,
                                          .max_grant_frames = -1,
                                          .max_maptrack_frames = -1,
                                          .grant_opts = XEN_DOMCTL_GRANT_version(1)}};
    int error;

    memcpy(op.u.createdomain.handle, uuid, DOMAIN_UUID_BYTES);
    error = call(XEN_DOMCTL_createdomain, 0, &op);
    if (error)
        return error;
    error = shape(op.domain, vcpus);
    if (error) {
        control_destroy(op.domain);
        return error;
    }
    return op.domain;
}

int control_destroy(domid_t domid)
{
    xen_domctl_t op = {0};

    return call(XEN_DOMCTL_destroydomain, domid, &op);
}

int control_pause(domid_t domid)
{
    xen_domctl_t op = {0};

    return call(XEN_DOMCTL_pausedomain, domid, &op);
}

int control_unpause(domid_t domid)
{
    xen_domctl_t op = {0};

    return call(XEN_DOMCTL_unpausedomain, domid, &op);
}

int control_max_memory(domid_t domid, uint64_t kib)
{
    xen_domctl_t op = {.u.max_mem.max_memkb = kib};

    return call(XEN_DOMCTL_max_mem, domid, &op);
}

int control_shared_info(domid_t domid, uint32_t *mfn)
{
    xen_domctl_getdomaininfo_t info;
    int error = control_info(domid, &info);

    *mfn = (uint32_t)info.shared_info_frame;
    return error;
}

int control_hypercall_page(domid_t domid, uint32_t mfn)
{
    xen_domctl_t op = {.u.hypercall_init.gmfn = mfn};

    return call(XEN_DOMCTL_hypercall_init, domid, &op);
}

int control_set_vcpu(domid_t domid, uint32_t vcpu, const vcpu_guest_context_t *context)
{
    xen_domctl_t op = {.u.vcpucontext = {.vcpu = vcpu, .ctxt = hypercall_address(context)}};

    return call(XEN_DOMCTL_setvcpucontext, domid, &op);
}

int control_shutdown(domid_t domid, uint32_t reason)
{
    sched_remote_shutdown_t op = {.domain_id = domid, .reason = reason};

    return sched_op_remote_shutdown(&op);
}

int control_ioports(domid_t domid, uint32_t first, uint32_t count, bool allow)
{
    xen_domctl_t op = {
        .u.ioport_permission = {.first_port = first, .nr_ports = count, .allow_access = allow}};

    return call(XEN_DOMCTL_ioport_permission, domid, &op);
}

int control_iomem(domid_t domid, uint64_t first_mfn, uint64_t count, bool allow)
{
    xen_domctl_t op = {
        .u.iomem_permission = {.first_mfn = first_mfn, .nr_mfns = count, .allow_access = allow}};

    return call(XEN_DOMCTL_iomem_permission, domid, &op);
}

int control_irq(domid_t domid, uint32_t pirq, bool allow)
{
    xen_domctl_t op = {.u.irq_permission = {.pirq = pirq, .allow_access = allow}};

    return call(XEN_DOMCTL_irq_permission, domid, &op);
}

/* The call answers with the next domain when there is none of this id. */
int control_info(domid_t domid, xen_domctl_getdomaininfo_t *info)
{
    xen_domctl_t op = {0};
    int error = call(XEN_DOMCTL_getdomaininfo, domid, &op);

    *info = op.u.getdomaininfo;
    return error ? error : info->domain == domid ? 0 : -XEN_ESRCH;
}

int control_list(domid_t first, xen_domctl_getdomaininfo_t *list, uint32_t size)
{
    xen_sysctl_t op = {.u.getdomaininfolist = {.first_domain = first,
                                               .max_domains = size,
                                               .buffer = hypercall_address(list)}};
    int error = call_system(XEN_SYSCTL_getdomaininfolist, &op);

    return error ? error : (int)op.u.getdomaininfolist.num_domains;
}

int control_vcpu_info(domid_t domid, uint32_t vcpu, struct xen_domctl_getvcpuinfo *info)
{
    xen_domctl_t op = {.u.getvcpuinfo.vcpu = vcpu};
    int error = call(XEN_DOMCTL_getvcpuinfo, domid, &op);

    *info = op.u.getvcpuinfo;
    return error;
}

int control_populate(domid_t domid, uint32_t *frames, uint32_t count)
{
    xen_memory_reservation_t op = {.extent_start = hypercall_address(frames),
                                   .nr_extents = count,
                                   .domid = domid};
    int done = memory_op_populate_physmap(&op);

    return done == (int)count ? 0 : done < 0 ? done : -XEN_ENOMEM;
}

int control_offer_channel(domid_t domid)
{
    evtchn_alloc_unbound_t op = {.dom = domid, .remote_dom = DOMID_SELF};
    int error = event_channel_op_alloc_unbound(&op);

    return error ? error : (int)op.port;
}

int control_pin_root(domid_t domid, uint32_t mfn)
{
    mmuext_op_t op = {.cmd = MMUEXT_PIN_L3_TABLE, .arg1.mfn = mfn};

    return hypercall(__HYPERVISOR_mmuext_op, hypercall_address(&op), 1, 0, domid, 0);
}

int control_grant_frame(domid_t domid, uint32_t *mfn)
{
    xen_mem_acquire_resource_t op = {.domid = domid,
                                     .type = XENMEM_resource_grant_table,
                                     .id = XENMEM_resource_grant_table_id_shared,
                                     .nr_frames = 1,
                                     .frame_list = hypercall_address(mfn)};

    return memory_op_acquire_resource(&op);
}

int control_machine(struct xen_sysctl_physinfo *info)
{
    xen_sysctl_t op = {0};
    int error = call_system(XEN_SYSCTL_physinfo, &op);

    *info = op.u.physinfo;
    return error;
}

int control_log(char *buffer, uint32_t size, uint32_t *index)
{
    xen_sysctl_t op = {.u.readconsole = {.incremental = 1,
                                         .index = *index,
                                         .buffer = hypercall_address(buffer),
                                         .count = size}};
    int error = call_system(XEN_SYSCTL_readconsole, &op);

    *index = op.u.readconsole.index;
    return error ? error : (int)op.u.readconsole.count;
}
