// SPDX-License-Identifier: MIT
/* Rights to devices: what a driver domain may reach. Taking one away does not undo mappings made with it. */
#include "control/domctl.h"
#include "core/io_permissions.h"
#include "core/why.h"
#include "events/event_channels.h"
#include "events/pirqs.h"
#include "machine/direct_map.h"
#include "memory/frame_alloc.h"
#include "memory/io_memory.h"
#include "traps/io_ports.h"

static int change(struct domain *d, size_t which, uint64_t first, uint64_t last, bool allow)
{
    struct ranges *set;

    if (!d->io) {
        mfn_t m = frame_alloc(0, 0);

        if (mfn_equal(m, MFN_NONE))
            return refuse(-ENOMEM, REASON_out_of_hypervisor_memory, 0, PAGE_SIZE, 0);
        d->io = frame_map(m);
    }
    set = (struct ranges *)((uint8_t *)d->io + which);
    if (allow ? ranges_add(set, first, last) : ranges_remove(set, first, last))
        return 0;
    return refuse(-ENOMEM, REASON_io_ranges, RANGES_MAX, first, 0);
}

long domctl_iomem_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_iomem_permission *p = &op->u.iomem_permission;
    uint64_t last = p->first_mfn + p->nr_mfns - 1;

    if (!p->nr_mfns || last < p->first_mfn)
        return refuse(-EINVAL, REASON_count_too_large, 0, p->nr_mfns, p->first_mfn);
    if (!io_memory_may_be_given(p->first_mfn, last))
        return refuse(-EPERM, REASON_device_frame_denied, 0, p->nr_mfns, p->first_mfn);
    return change(d, offsetof(struct io_permissions, memory), p->first_mfn, last, p->allow_access);
}

long domctl_ioport_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_ioport_permission *p = &op->u.ioport_permission;
    uint64_t last = (uint64_t)p->first_port + p->nr_ports - 1;

    if (!p->nr_ports || last > UINT16_MAX)
        return refuse(-EINVAL, REASON_count_too_large, UINT16_MAX, last, 0);
    if (!io_ports_may_be_given(p->first_port, (unsigned)last))
        return refuse(-EPERM, REASON_io_port, p->nr_ports, p->first_port, 0);
    return change(d, offsetof(struct io_permissions, ports), p->first_port, last, p->allow_access);
}

/* Of a line. A device's message is its domain's by being mapped for it. */
long domctl_irq_permission(struct domain *d, struct xen_domctl *op)
{
    const struct xen_domctl_irq_permission *p = &op->u.irq_permission;

    if (p->pirq >= PIRQS)
        return refuse(-EINVAL, REASON_pirq_invalid, PIRQS, p->pirq, 0);
    if (!pirq_line_may_be_given(p->pirq))
        return refuse(-EPERM, REASON_irq_denied, 0, p->pirq, 0);
    return change(d, offsetof(struct io_permissions, interrupts), p->pirq, p->pirq, p->allow_access);
}
