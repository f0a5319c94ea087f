// SPDX-License-Identifier: MIT
/* Event channels as the rest of ring 0 uses them. */
#ifndef RINGLET_EVENTS_EVENTS_H
#define RINGLET_EVENTS_EVENTS_H

#include "core/domain.h"
#include "core/errno.h"

int events_init(struct domain *d); /* 0 or -ENOMEM */
void events_destroy(struct domain *d);
/* A virtual interrupt of one vCPU (VIRQ_TIMER, VIRQ_DEBUG) or of the domain (the global ones). */
void virq_send(struct vcpu *v, unsigned virq);
void virq_send_global(struct domain *d, unsigned virq);
/* True when an unmasked upcall is pending: the vCPU must not stay blocked. */
static inline bool upcall_due(const struct vcpu *v)
{
    return v->info->pending && !v->info->mask;
}

#endif
