// SPDX-License-Identifier: MIT
/* Who runs how much: a domain's weight and cap, and where its vCPUs may run. */
#include "control/domctl.h"
#include "core/why.h"
#include "domain/scheduler.h"

long domctl_scheduler_op(struct domain *d, struct xen_domctl *op)
{
    struct xen_domctl_sched_credit2 *p = &op->u.scheduler_op.u.credit2;

    if (op->u.scheduler_op.sched_id != SCHEDULER_SHOWN)
        return refuse(-EINVAL, REASON_scheduler, SCHEDULER_SHOWN, op->u.scheduler_op.sched_id, 0);
    switch (op->u.scheduler_op.cmd) {
    case XEN_DOMCTL_SCHEDOP_getinfo:
        p->weight = d->weight;
        p->cap = d->cap;
        return 0;
    case XEN_DOMCTL_SCHEDOP_putinfo:
        scheduler_set_share(d, p->weight ? p->weight : d->weight, p->cap != UINT16_MAX ? p->cap : d->cap);
        return 0;
    }
    return refuse(-EINVAL, REASON_no_such_subop, 0, op->u.scheduler_op.cmd, 0);
}
