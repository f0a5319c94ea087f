// SPDX-License-Identifier: MIT
/*
 * The ports of a domain, two-level layout.
 *
 *     port ---- pending[port] and mask[port]: a bit each in shared_info
 *                  |  set and not masked
 *                  v
 *     selector[port / word] of the vCPU it notifies: a bit in vcpu_info
 *                  |  was clear
 *                  v
 *     upcall_pending of that vCPU  --->  event callback, unless upcall_mask
 *
 * Ring 0 only ever sets these bits, top to bottom in that order, each by an atomic exchange; the guest clears them from
 * the bottom up. A bit that was set already ends the walk: whoever set it did the rest. The word is 32 bits for a
 * 32-bit guest (1,024 ports), 64 bits for a 64-bit one (4,096); bit p of the array is the same bit in both.
 *
 * What a port is bound to is ring 0's own, in `struct channel`: pages of them, allocated as ports are first used.
 */
#ifndef RINGLET_EVENTS_EVENT_CHANNELS_H
#define RINGLET_EVENTS_EVENT_CHANNELS_H

#include <abi/event_channel.h>

#include "core/domain.h"
#include "core/lock.h"

#define CHANNELS_IN_PAGE 256u
#define PORTS_AT_ONCE 64u /* a guest can tell: the reference answers so too */
#define CHANNEL_PAGES_MAX (EVTCHN_2L_NR_CHANNELS_64 / CHANNELS_IN_PAGE)

/* The states the ABI reports, EVTCHNSTAT_x, and two of our own. */
enum channel_state {
    CHANNEL_FREE = EVTCHNSTAT_closed,
    CHANNEL_UNBOUND = EVTCHNSTAT_unbound,         /* waits for domain `remote` to connect */
    CHANNEL_INTERDOMAIN = EVTCHNSTAT_interdomain, /* connected to `port` of domain `remote` */
    CHANNEL_PIRQ = EVTCHNSTAT_pirq,
    CHANNEL_VIRQ = EVTCHNSTAT_virq, /* `port` is the VIRQ's number */
    CHANNEL_IPI = EVTCHNSTAT_ipi,
    CHANNEL_RESERVED = 6, /* port 0, never handed out */
};

struct channel {
    uint8_t state; /* enum channel_state */
    uint8_t vcpu;  /* notified */
    uint16_t remote;
    uint32_t port;
    struct domain *peer; /* of CHANNEL_INTERDOMAIN; NULL otherwise */
};
_Static_assert(sizeof(struct channel) * CHANNELS_IN_PAGE == PAGE_SIZE, "a page of channels");

/* A vCPU's part. */
struct event_vcpu {
    uint16_t virq_port[NR_VIRQS]; /* 0: not bound */
    uint32_t poll_port;           /* while VCPU_POLLING: the one port, or POLL_ANY */
};
#define POLL_ANY 0u /* port 0 does not exist */

struct event_state {
    struct lock lock;         /* protects the channels and the vCPUs' parts; core/lock.h has the order */
    uint32_t ports;           /* that the layout has: 1024 or 4096 */
    uint32_t limit;           /* ports the domain may use, if fewer */
    uint32_t valid;           /* ports there are so far: they come PORTS_AT_ONCE at a time and stay */
    uint32_t lowest_free;     /* no port below it is free */
    uint8_t word_shift;       /* log2 of the bits in a word: 5 or 6 */
    uint8_t selector_offset;  /* in vcpu_info: 4 or 8 */
    uint32_t *pending, *mask; /* in shared_info */
    uint32_t pollers;         /* vCPUs in SCHEDOP_poll: mostly none, and then nobody looks for them */
    struct channel *pages[CHANNEL_PAGES_MAX];
    struct event_vcpu vcpus[32];
};
_Static_assert(sizeof(struct event_state) <= PAGE_SIZE, "a domain's event state fits into one frame");

/* The channel of a port, or NULL where there is no such port. */
static inline struct channel *channel_of(const struct event_state *e, uint32_t port)
{
    return port < e->valid ? &e->pages[port / CHANNELS_IN_PAGE][port % CHANNELS_IN_PAGE] : NULL;
}

/*
 * A port in no use, in state CHANNEL_FREE with a place for its channel, or 0 when all are taken, or no memory is left for
 * it. The caller binds it before it releases the lock.
 */
uint32_t channel_find_free(struct event_state *e);
/* Back to CHANNEL_FREE, its pending bit cleared, so that the next user does not see an old event. */
void channel_free(struct event_state *e, uint32_t port);

/* Sets a port pending, and on to the upcall as above; wakes pollers. */
void channel_set_pending(struct domain *d, uint32_t port, uint32_t vcpu);
/* The guest's unmask, with the notification that was held back. */
void channel_unmask(struct domain *d, uint32_t port, uint32_t vcpu);
bool channel_is_pending(const struct event_state *e, uint32_t port);
/* Bound to something: neither free nor reserved. */
bool channel_in_use(const struct event_state *e, uint32_t port);

/* v waits for `port` (POLL_ANY: any) to become pending, or no longer does. poll_end() of one that does not wait is nothing. */
void poll_begin(struct vcpu *v);
void poll_narrow(struct vcpu *v, uint32_t port);
void poll_end(struct vcpu *v);

/* The upcall bit of one vCPU; wakes it. */
void upcall_raise(struct vcpu *v);
/* Every selector bit of v, and the upcall: the guest looks at all its ports once. */
void events_mark_all(struct vcpu *v);

/* True for a VIRQ that belongs to the domain rather than to one vCPU. */
bool virq_is_global(unsigned virq);

#endif
