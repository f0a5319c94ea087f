// SPDX-License-Identifier: MIT
#include "control/domctl.h"

#include "control/hypercalls.h"

#include "core/hypercall.h"
#include "core/why.h"
#include "domain/domain.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/page_types.h"

enum domctl_use {
    PLAIN = 0,
    TELLS = 1u << 0,      /* writes results back to the caller */
    ANY_NUMBER = 1u << 1, /* the domain named need not exist: the handler gets NULL */
    NOT_ITSELF = 1u << 2, /* refused with -EINVAL for the caller's own domain */
    NOT_DYING = 1u << 3,  /* refused with -EINVAL for a domain that is being destroyed */
};

static const struct {
    domctl_handler *handler;
    unsigned use;
} commands[] = {
    [XEN_DOMCTL_createdomain] = {domctl_createdomain, TELLS | ANY_NUMBER},
    [XEN_DOMCTL_destroydomain] = {domctl_destroydomain, NOT_ITSELF},
    [XEN_DOMCTL_pausedomain] = {domctl_pausedomain, NOT_ITSELF},
    [XEN_DOMCTL_unpausedomain] = {domctl_unpausedomain, PLAIN},
    [XEN_DOMCTL_getdomaininfo] = {domctl_getdomaininfo, TELLS | ANY_NUMBER},
    [XEN_DOMCTL_max_mem] = {domctl_max_mem, PLAIN},
    [XEN_DOMCTL_setvcpucontext] = {domctl_setvcpucontext, NOT_ITSELF | NOT_DYING},
    [XEN_DOMCTL_getvcpucontext] = {domctl_getvcpucontext, PLAIN},
    [XEN_DOMCTL_getvcpuinfo] = {domctl_getvcpuinfo, TELLS},
    [XEN_DOMCTL_max_vcpus] = {domctl_max_vcpus, NOT_ITSELF | NOT_DYING},
    [XEN_DOMCTL_scheduler_op] = {domctl_scheduler_op, TELLS},
    [XEN_DOMCTL_setdomainhandle] = {domctl_setdomainhandle, PLAIN},
    [XEN_DOMCTL_setdebugging] = {domctl_setdebugging, NOT_ITSELF},
    [XEN_DOMCTL_irq_permission] = {domctl_irq_permission, NOT_DYING},
    [XEN_DOMCTL_iomem_permission] = {domctl_iomem_permission, NOT_DYING},
    [XEN_DOMCTL_ioport_permission] = {domctl_ioport_permission, NOT_DYING},
    [XEN_DOMCTL_hypercall_init] = {domctl_hypercall_init, PLAIN},
    [XEN_DOMCTL_settimeoffset] = {domctl_settimeoffset, PLAIN},
    [XEN_DOMCTL_resumedomain] = {domctl_resumedomain, NOT_ITSELF},
    [XEN_DOMCTL_set_address_size] = {domctl_set_address_size, PLAIN},
    [XEN_DOMCTL_get_address_size] = {domctl_get_address_size, TELLS},
    [XEN_DOMCTL_set_virq_handler] = {domctl_set_virq_handler, NOT_DYING},
    [XEN_DOMCTL_getpageframeinfo3] = {domctl_getpageframeinfo3, PLAIN},
};

/* By the reference's order: what the interface is, which domain, who asks, what for. */
static int check(const struct xen_domctl *op, struct domain **d)
{
    const struct domain *caller = current_vcpu()->domain;
    const unsigned use = op->cmd < ARRAY_SIZE(commands) ? commands[op->cmd].use : 0;

    if (op->interface_version != XEN_DOMCTL_INTERFACE_VERSION)
        return refuse(-EACCES, REASON_interface_version, XEN_DOMCTL_INTERFACE_VERSION, op->interface_version,
                      0);
    *d = use & ANY_NUMBER ? NULL : domain_find(op->domain);
    if (!*d && !(use & ANY_NUMBER))
        return refuse(-ESRCH, REASON_no_such_domain, caller->id, op->domain, 0);
    if (!caller->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, op->cmd, 0);
    if (op->cmd >= ARRAY_SIZE(commands) || !commands[op->cmd].handler)
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(commands), op->cmd, 0);
    if ((use & NOT_ITSELF) && *d == caller)
        return refuse(-EINVAL, REASON_domain_is_self, 0, caller->id, 0);
    if ((use & NOT_DYING) && (*d)->dying)
        return refuse(-EINVAL, REASON_domain_dying, 0, (*d)->id, 0);
    return 0;
}

static long run(gva_t at)
{
    struct xen_domctl op;
    struct domain *d;
    long result;

    if (copy_from_guest(&op, at, sizeof(op)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(op), at.raw, 0);
    result = check(&op, &d);
    if (!result)
        result = commands[op.cmd].handler(d, &op);
    if (!result && (commands[op.cmd].use & TELLS) && copy_to_guest(at, &op, sizeof(op)))
        result = refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(op), at.raw, 0);
    if (result < 0 && result != -ERESTART)
        refuse_context(op.cmd, RINGLET_WHY_NONE);
    return result;
}

/* Tables that a command released are released to the end before the caller goes on. */
long hypercall_domctl(uint64_t op)
{
    struct vcpu *v = current_vcpu();
    long result = v->dying_tables && frame_release_pending(v) ? -ERESTART : run(gva(op));

    return result == -ERESTART ? hypercall_continue(__HYPERVISOR_domctl, 1, &op) : result;
}
