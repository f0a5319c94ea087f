// SPDX-License-Identifier: MIT
/* Event channels as the rest of ring 0 uses them. */
#ifndef RINGLET_EVENTS_EVENTS_H
#define RINGLET_EVENTS_EVENTS_H

#include "core/domain.h"
#include "core/errno.h"

int events_init(struct domain *d); /* 0 or -ENOMEM */
void events_destroy(struct domain *d);
/* The bits' places in the shared page follow d's width; done by events_init() and when the width is changed. */
void events_lay_out(struct domain *d);
/* A virtual interrupt of one vCPU (VIRQ_TIMER, VIRQ_DEBUG) or of the domain (the global ones). */
void virq_send(struct vcpu *v, unsigned virq);
void virq_send_global(struct domain *d, unsigned virq);
/* A global one that is the machine's: to the domain that handles it, the initial one unless another was named. */
void virq_send_to_handler(unsigned virq);
void virq_set_handler(unsigned virq, uint16_t domain);
/* True when an unmasked upcall is pending: the vCPU must not stay blocked. */
static inline bool upcall_due(const struct vcpu *v)
{
    return v->info->pending && !v->info->mask;
}

#endif
