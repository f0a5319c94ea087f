// SPDX-License-Identifier: MIT
#include <abi/memory.h>

#include "control/domctl.h"
#include "core/string.h"
#include "core/time_scale.h"
#include "core/why.h"
#include "domain/destroy.h"
#include "domain/domain.h"
#include "domain/time.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "grants/grant_table.h"
#include "memory/page_types.h"

#define GRANT_VERSIONS 1u

static int check_config(const struct xen_domctl_createdomain *c)
{
    if (c->flags & ~(uint32_t)XEN_DOMCTL_CDF_xs_domain)
        return refuse(-EINVAL, REASON_domain_config, XEN_DOMCTL_CDF_xs_domain, c->flags, 0);
    if (c->iommu_opts || c->vmtrace_size || c->arch.misc_flags & ~(uint32_t)XEN_X86_MISC_FLAGS_MAX)
        return refuse(-EINVAL, REASON_domain_config, 0, c->iommu_opts | c->vmtrace_size | c->arch.misc_flags,
                      0);
    if (c->max_vcpus < 1 || c->max_vcpus > XEN_LEGACY_MAX_VCPUS)
        return refuse(-EINVAL, REASON_vcpu_invalid, XEN_LEGACY_MAX_VCPUS, c->max_vcpus, 0);
    if (c->max_grant_frames == 0 || c->max_maptrack_frames == 0)
        return refuse(-EINVAL, REASON_domain_config, 1, 0, 0);
    if (c->grant_opts != XEN_DOMCTL_GRANT_version(GRANT_VERSIONS))
        return refuse(-EINVAL, REASON_grant_version, GRANT_VERSIONS, c->grant_opts, 0);
    if (c->arch.emulation_flags)
        return refuse(-EOPNOTSUPP, REASON_domain_config, 0, c->arch.emulation_flags, 0);
    return 0;
}

/* Numbers are given out in a circle, so that one does not come back at once. 0: all are taken. */
static uint16_t next_number(void)
{
    static uint16_t last;

    for (unsigned tries = 1; tries < DOMID_FIRST_RESERVED; tries++) {
        last = last + 1u < DOMID_FIRST_RESERVED ? last + 1 : 1;
        if (!domain_find(last))
            return last;
    }
    return 0;
}

/* Negative: the default, which is the most there can be. */
static void set_limits(struct domain *d, const struct xen_domctl_createdomain *c)
{
    d->max_vcpus = c->max_vcpus;
    d->events->limit = (uint32_t)MIN((uint64_t)c->max_evtchn_port + 1, (uint64_t)UINT32_MAX);
    if (c->max_grant_frames > 0)
        d->grants->max_frames = MIN((uint32_t)c->max_grant_frames, GRANT_MAX_FRAMES);
    if (c->max_maptrack_frames > 0)
        d->grants->maptrack.max_pages = MIN((uint32_t)c->max_maptrack_frames, MAPTRACK_MAX_PAGES);
}

long domctl_createdomain(struct domain *unused, struct xen_domctl *op)
{
    const struct xen_domctl_createdomain *c = &op->u.createdomain;
    uint16_t id = op->domain;
    struct domain *d;
    int error;

    if (id > 0 && id < DOMID_FIRST_RESERVED) {
        if (domain_find(id))
            return refuse(-EEXIST, REASON_domain_exists, 0, id, 0);
    } else if (!(id = next_number())) {
        return refuse(-ENOMEM, REASON_domains_exhausted, DOMID_FIRST_RESERVED - 1, 0, 0);
    }
    error = check_config(c);
    if (error)
        return error;
    d = domain_create(id, GUEST_64, false); /* until set_address_size */
    if (!d)
        return refuse(-ENOMEM, REASON_out_of_hypervisor_memory, 0, sizeof(*d), 0);
    memcpy(d->handle, c->handle, sizeof(d->handle));
    set_limits(d, c);
    domain_pause(d);
    op->domain = id;
    return 0;
}

long domctl_destroydomain(struct domain *d, struct xen_domctl *op)
{
    return domain_destroy(d);
}

long domctl_pausedomain(struct domain *d, struct xen_domctl *op)
{
    return domain_pause(d) ? 0 : refuse(-EBUSY, REASON_domain_state, d->pause_count, d->id, 0);
}

long domctl_unpausedomain(struct domain *d, struct xen_domctl *op)
{
    return domain_unpause(d) ? 0 : refuse(-EINVAL, REASON_domain_state, d->pause_count, d->id, 0);
}

long domctl_resumedomain(struct domain *d, struct xen_domctl *op)
{
    domain_resume(d);
    return 0;
}

/* Below what it has, it gets no more and has to give none back. */
long domctl_max_mem(struct domain *d, struct xen_domctl *op)
{
    uint64_t pages = op->u.max_mem.max_memkb >> (PAGE_SHIFT - 10);

    d->max_pages = (uint32_t)MIN(pages, (uint64_t)UINT32_MAX);
    return 0;
}

long domctl_max_vcpus(struct domain *d, struct xen_domctl *op)
{
    uint32_t max = op->u.max_vcpus.max;

    if (max != d->max_vcpus)
        return refuse(-EINVAL, REASON_vcpu_invalid, d->max_vcpus, max, 0);
    for (uint32_t i = 0; i < max; i++)
        if (!d->vcpus[i] && !vcpu_create(d, i))
            return refuse(-ENOMEM, REASON_out_of_hypervisor_memory, 0, i, 0);
    return 0;
}

/* As on the reference a domain starts out 64 bits wide and can be made narrow, never wide again. */
long domctl_set_address_size(struct domain *d, struct xen_domctl *op)
{
    uint32_t size = op->u.address_size.size;

    if (size == d->width * 8u)
        return 0;
    if (size != 32)
        return refuse(-EINVAL, REASON_domain_width, d->width * 8u, size, 0);
    if (d->pages)
        return refuse(-EACCES, REASON_too_late, 0, XEN_DOMCTL_set_address_size, d->pages);
    domain_set_width(d, GUEST_32);
    return 0;
}

long domctl_get_address_size(struct domain *d, struct xen_domctl *op)
{
    op->u.address_size.size = d->width * 8u;
    return 0;
}

long domctl_setdomainhandle(struct domain *d, struct xen_domctl *op)
{
    memcpy(d->handle, op->u.setdomainhandle.handle, sizeof(d->handle));
    return 0;
}

/* A debugger would be told of breakpoints instead of the guest; there is none, only the flag. */
long domctl_setdebugging(struct domain *d, struct xen_domctl *op)
{
    d->debugged = op->u.setdebugging.enable;
    return 0;
}

long domctl_settimeoffset(struct domain *d, struct xen_domctl *op)
{
    d->wall_clock_offset = (uint64_t)op->u.settimeoffset.time_offset_seconds * NS_PER_SECOND;
    wall_clock_publish(d);
    return 0;
}

long domctl_set_virq_handler(struct domain *d, struct xen_domctl *op)
{
    uint32_t virq = op->u.set_virq_handler.virq;

    if (virq >= NR_VIRQS || !virq_is_global(virq))
        return refuse(-EINVAL, REASON_virq_invalid, NR_VIRQS, virq, 0);
    virq_set_handler(virq, d->id);
    return 0;
}
