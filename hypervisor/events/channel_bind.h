// SPDX-License-Identifier: MIT
/*
 * What a domain may do with its ports. Each function checks everything first; one that refuses (a negative errno, the reason
 * recorded) has changed nothing. Functions that make a port return it through *port.
 */
#ifndef RINGLET_EVENTS_CHANNEL_BIND_H
#define RINGLET_EVENTS_CHANNEL_BIND_H

#include <abi/event_channel.h>

#include "core/domain.h"

/* A port of d that `remote` may connect to. */
int channel_alloc_unbound(struct domain *d, uint16_t remote, uint32_t *port);
/* Connects a new port of d to the port that `peer` left open for it. The new port is pending at once. */
int channel_bind_interdomain(struct domain *d, struct domain *peer, uint32_t peer_port, uint32_t *port);
int channel_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu, uint32_t *port);
/* -EPERM: the interrupt is not d's; -EEXIST: it has a port. */
int channel_bind_pirq(struct domain *d, uint32_t pirq, uint32_t *port);
int channel_bind_ipi(struct domain *d, uint32_t vcpu, uint32_t *port);
/* Changes which vCPU a port notifies. */
int channel_bind_vcpu(struct domain *d, uint32_t port, uint32_t vcpu);

/* The other end of a connection stays open for d to connect again. */
int channel_close(struct domain *d, uint32_t port);
/* Closes every port. */
void channel_close_all(struct domain *d);

int channel_send(struct domain *d, uint32_t port);
int channel_unmask_port(struct domain *d, uint32_t port);
/* Fills in all but dom and port. */
int channel_status(struct domain *d, uint32_t port, struct evtchn_status *status);

#endif
