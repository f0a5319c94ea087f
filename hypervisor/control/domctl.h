// SPDX-License-Identifier: MIT
/*
 * The commands of domctl, by topic. abi/domctl.h has the structures; each handler finds its own in op->u. `d` is the domain
 * named. 0; a negative errno, recorded, with nothing changed; or -ERESTART: the call is made again from the start.
 */
#ifndef RINGLET_CONTROL_DOMCTL_H
#define RINGLET_CONTROL_DOMCTL_H

#include <abi/domctl.h>

#include "core/domain.h"

typedef long domctl_handler(struct domain *d, struct xen_domctl *op);

/* lifecycle.c */
domctl_handler domctl_createdomain, domctl_destroydomain, domctl_pausedomain, domctl_unpausedomain,
    domctl_resumedomain, domctl_max_mem, domctl_max_vcpus, domctl_set_address_size, domctl_get_address_size,
    domctl_setdomainhandle, domctl_setdebugging, domctl_settimeoffset, domctl_set_virq_handler;
/* domain_info.c */
domctl_handler domctl_getdomaininfo;
void domain_info(const struct domain *d, struct xen_domctl_getdomaininfo *info);
/* vcpu_control.c */
domctl_handler domctl_setvcpucontext, domctl_getvcpucontext, domctl_getvcpuinfo;
/* permissions.c */
domctl_handler domctl_iomem_permission, domctl_ioport_permission, domctl_irq_permission;
/* scheduling.c */
domctl_handler domctl_scheduler_op;
/* page_info.c */
domctl_handler domctl_hypercall_init, domctl_getpageframeinfo3;

#endif
