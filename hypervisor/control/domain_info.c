// SPDX-License-Identifier: MIT
#include "control/domctl.h"
#include "control/sysctl.h"
#include "core/string.h"
#include "core/why.h"
#include "domain/domain_list.h"
#include "domain/time.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/frame.h"

#define NO_SHUTDOWN_CODE 0xffffu /* of a domain that has not said any: the reference's -1 */

/* Blocked when all vCPUs that are up are; running when one is. */
static uint32_t vcpu_flags(const struct domain *d, struct xen_domctl_getdomaininfo *info)
{
    uint32_t flags = XEN_DOMINF_blocked;

    info->max_vcpu_id = XEN_INVALID_MAX_VCPU_ID;
    for (uint32_t i = 0; i < d->vcpu_count; i++) {
        const struct vcpu *v = d->vcpus[i];

        if (!v)
            continue;
        info->max_vcpu_id = i;
        info->cpu_time += runstate_at(&v->time->runstate, clock_now()).time[RUNSTATE_running];
        if (v->blocked & VCPU_DOWN)
            continue;
        info->nr_online_vcpus++;
        if (!(v->blocked & VCPU_BLOCKED))
            flags &= ~XEN_DOMINF_blocked;
        if (v->time->runstate.state == RUNSTATE_running)
            flags |= XEN_DOMINF_running;
    }
    return info->nr_online_vcpus ? flags : 0;
}

/* Nobody counts who maps a dying domain's shared pages: whether it can go is looked at when somebody asks about it. */
void domain_info(const struct domain *d, struct xen_domctl_getdomaininfo *info)
{
    if (d->relinquished)
        this_cpu()->pending |= WORK_REAP;
    *info = (struct xen_domctl_getdomaininfo){
        .domain = d->id,
        .tot_pages = d->pages,
        .max_pages = d->max_pages,
        .shared_info_frame = d->shared_info_frame.raw,
    };
    info->flags = vcpu_flags(d, info) | (d->relinquished ? XEN_DOMINF_dying : 0) |
                  (d->shut_down ? XEN_DOMINF_shutdown : 0) | (d->pause_count ? XEN_DOMINF_paused : 0) |
                  (d->debugged ? XEN_DOMINF_debugged : 0) |
                  (d->shutdown_code_set ? d->shutdown_code : NO_SHUTDOWN_CODE) << XEN_DOMINF_shutdownshift;
    memcpy(info->handle, d->handle, sizeof(info->handle));
}

long domctl_getdomaininfo(struct domain *unused, struct xen_domctl *op)
{
    const struct domain *d = domain_list_first();

    while (d && d->id < op->domain)
        d = d->next;
    if (op->domain >= DOMID_FIRST_RESERVED)
        return refuse(-EINVAL, REASON_no_such_domain, 0, op->domain, 0);
    if (!d)
        return refuse(-ESRCH, REASON_no_such_domain, 0, op->domain, 0);
    domain_info(d, &op->u.getdomaininfo);
    op->domain = d->id;
    return 0;
}

long sysctl_getdomaininfolist(struct xen_sysctl *op)
{
    struct xen_sysctl_getdomaininfolist *l = &op->u.getdomaininfolist;

    l->num_domains = 0;
    for (const struct domain *d = domain_list_first(); d && l->num_domains < l->max_domains; d = d->next) {
        struct xen_domctl_getdomaininfo info;
        gva_t to = gva(l->buffer + l->num_domains * sizeof(info));

        if (d->id < l->first_domain)
            continue;
        domain_info(d, &info);
        if (copy_to_guest(to, &info, sizeof(info)))
            return refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(info), to.raw, 0);
        l->num_domains++;
    }
    return 0;
}
