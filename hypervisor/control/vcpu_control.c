// SPDX-License-Identifier: MIT
#include <abi/arch_x86.h>

#include "control/domctl.h"
#include "core/why.h"
#include "domain/run_queue.h"
#include "domain/scheduler.h"
#include "domain/time.h"
#include "domain/vcpu_context.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "traps/vm_assist.h"

/* -EINVAL where there can be none; `error` where there is none yet. */
static int find_vcpu(struct vcpu **v, const struct domain *d, uint32_t id, int error)
{
    *v = id < d->max_vcpus ? d->vcpus[id] : NULL;
    return *v ? 0 : refuse(id < d->max_vcpus ? error : -EINVAL, REASON_vcpu_invalid, d->vcpu_count, id, 0);
}

/* The context is in the layout of the domain's width; the call's structure is the same for both. */
static int check_width(const struct domain *d)
{
    return d->width == GUEST_32 ? 0 : refuse(-EINVAL, REASON_not_for_this_width, GUEST_32, d->width, 0);
}

long domctl_setvcpucontext(struct domain *d, struct xen_domctl *op)
{
    const gva_t from = gva(op->u.vcpucontext.ctxt);
    struct vcpu_guest_context_32 c;
    struct vcpu *v;
    int error = find_vcpu(&v, d, op->u.vcpucontext.vcpu, -EINVAL);

    if (!error)
        error = check_width(d);
    if (error)
        return error;
    if (copy_from_guest(&c, from, sizeof(c)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(c), from.raw, 0);
    error = vcpu_context_set(v, &c);
    if (error)
        return error;
    if (v->id == 0)
        d->vm_assist = c.vm_assist & VM_ASSISTS_32;
    if (c.flags & VGCF_online)
        vcpu_start(v, VCPU_DOWN);
    else
        vcpu_stop(v, VCPU_DOWN);
    return 0;
}

long domctl_getvcpucontext(struct domain *d, struct xen_domctl *op)
{
    const gva_t to = gva(op->u.vcpucontext.ctxt);
    struct vcpu_guest_context_32 c;
    struct vcpu *v;
    int error = find_vcpu(&v, d, op->u.vcpucontext.vcpu, -ESRCH);

    if (!error)
        error = check_width(d);
    if (error)
        return error;
    if (v == current_vcpu())
        return refuse(-EINVAL, REASON_domain_is_self, 0, d->id, 0);
    if (!v->run->initialised)
        return refuse(-ENODATA, REASON_vcpu_not_initialised, 0, v->id, 0);
    vcpu_context_get(v, &c);
    return copy_to_guest(to, &c, sizeof(c))
               ? refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(c), to.raw, 0)
               : 0;
}

long domctl_getvcpuinfo(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_getvcpuinfo *info = &op->u.getvcpuinfo;
    struct vcpu *v;
    int error = find_vcpu(&v, d, info->vcpu, -ESRCH);

    if (error)
        return error;
    info->online = !(v->blocked & VCPU_DOWN);
    info->blocked = !!(v->blocked & VCPU_BLOCKED);
    info->running = v->time->runstate.state == RUNSTATE_running;
    info->cpu_time = runstate_at(&v->time->runstate, clock_now()).time[RUNSTATE_running];
    info->cpu = v->run->processor;
    return 0;
}
