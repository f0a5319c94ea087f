// SPDX-License-Identifier: MIT
#include "events/channel_bind.h"

#include "core/why.h"
#include "events/event_channels.h"
#include "events/pirqs.h"

static bool vcpu_exists(const struct domain *d, uint32_t vcpu)
{
    return vcpu < ARRAY_SIZE(d->vcpus) && d->vcpus[vcpu];
}

static int refuse_port(const struct domain *d, uint32_t port)
{
    return refuse(-EINVAL, REASON_port_invalid, d->events->valid, port, 0);
}

static int refuse_vcpu(const struct domain *d, uint32_t vcpu)
{
    return refuse(-ENOENT, REASON_vcpu_invalid, d->vcpu_count, vcpu, 0);
}

/* A port for a new binding, or the refusal. The lock is held. */
static int find_free(const struct domain *d, uint32_t *port)
{
    if (unlikely(d->dying))
        return refuse(-EINVAL, REASON_domain_dying, 0, d->id, 0);
    *port = channel_find_free(d->events);
    return likely(*port) ? 0 : refuse(-ENOSPC, REASON_no_free_port, d->events->ports, 0, 0);
}

int channel_alloc_unbound(struct domain *d, uint16_t remote, uint32_t *port)
{
    struct event_state *e = d->events;
    int error;

    lock_take(&e->lock);
    error = find_free(d, port);
    if (!error)
        *channel_of(e, *port) = (struct channel){.state = CHANNEL_UNBOUND, .remote = remote};
    lock_release(&e->lock);
    return error;
}

/* Both domains' event locks, in the order of core/lock.h. */
static void lock_pair(struct domain *a, struct domain *b)
{
    if (a->id <= b->id)
        lock_take_both(&a->events->lock, &b->events->lock);
    else
        lock_take_both(&b->events->lock, &a->events->lock);
}

static void unlock_pair(struct domain *a, struct domain *b)
{
    lock_release_both(&a->events->lock, &b->events->lock);
}

int channel_bind_interdomain(struct domain *d, struct domain *peer, uint32_t peer_port, uint32_t *port)
{
    struct event_state *e = d->events;
    struct channel *remote;
    int error = 0;

    lock_pair(d, peer);
    remote = channel_of(peer->events, peer_port);
    if (!remote) {
        error = refuse_port(peer, peer_port);
    } else if (remote->state != CHANNEL_UNBOUND) {
        error = refuse(-EINVAL, REASON_port_wrong_kind, remote->state, peer_port, 0);
    } else if (remote->remote != d->id) {
        error = refuse(-EINVAL, REASON_port_not_for_us, remote->remote, peer_port, 0);
    } else if ((error = find_free(d, port)) == 0) {
        *channel_of(e, *port) = (struct channel){.state = CHANNEL_INTERDOMAIN,
                                                 .remote = peer->id,
                                                 .port = peer_port,
                                                 .peer = peer};
        remote->state = CHANNEL_INTERDOMAIN;
        remote->remote = d->id;
        remote->port = *port;
        remote->peer = d;
        /* Events sent while the far end was unbound went nowhere: let the new end look once. */
        channel_set_pending(d, *port, 0);
    }
    unlock_pair(d, peer);
    return error;
}

int channel_bind_virq(struct domain *d, uint32_t virq, uint32_t vcpu, uint32_t *port)
{
    struct event_state *e = d->events;
    int error = 0;

    if (virq >= NR_VIRQS)
        return refuse(-EINVAL, REASON_virq_invalid, NR_VIRQS, virq, 0);
    if (virq_is_global(virq) && vcpu != 0)
        return refuse(-EINVAL, REASON_virq_not_vcpu0, 0, vcpu, 0);
    if (!vcpu_exists(d, vcpu))
        return refuse_vcpu(d, vcpu);
    lock_take(&e->lock);
    if (e->vcpus[vcpu].virq_port[virq]) {
        error = refuse(-EEXIST, REASON_virq_bound, e->vcpus[vcpu].virq_port[virq], virq, 0);
    } else if ((error = find_free(d, port)) == 0) {
        *channel_of(e, *port) = (struct channel){.state = CHANNEL_VIRQ, .vcpu = (uint8_t)vcpu, .port = virq};
        e->vcpus[vcpu].virq_port[virq] = (uint16_t)*port;
    }
    lock_release(&e->lock);
    return error;
}

int channel_bind_pirq(struct domain *d, uint32_t pirq, uint32_t *port)
{
    struct event_state *e = d->events;
    int error;

    lock_take(&e->lock);
    error = find_free(d, port);
    if (!error)
        error = pirq_bind(d, pirq, *port);
    if (!error)
        *channel_of(e, *port) = (struct channel){.state = CHANNEL_PIRQ, .port = pirq};
    lock_release(&e->lock);
    return error;
}

int channel_bind_ipi(struct domain *d, uint32_t vcpu, uint32_t *port)
{
    struct event_state *e = d->events;
    int error;

    if (!vcpu_exists(d, vcpu))
        return refuse_vcpu(d, vcpu);
    lock_take(&e->lock);
    error = find_free(d, port);
    if (!error)
        *channel_of(e, *port) = (struct channel){.state = CHANNEL_IPI, .vcpu = (uint8_t)vcpu};
    lock_release(&e->lock);
    return error;
}

/* IPIs and per-vCPU VIRQs belong to their vCPU. */
static bool may_move(const struct channel *c)
{
    return c->state == CHANNEL_UNBOUND || c->state == CHANNEL_INTERDOMAIN || c->state == CHANNEL_PIRQ ||
           (c->state == CHANNEL_VIRQ && virq_is_global(c->port));
}

int channel_bind_vcpu(struct domain *d, uint32_t port, uint32_t vcpu)
{
    struct event_state *e = d->events;
    struct channel *c;
    int error = 0;

    if (!vcpu_exists(d, vcpu))
        return refuse_vcpu(d, vcpu);
    lock_take(&e->lock);
    c = channel_of(e, port);
    if (!c)
        error = refuse_port(d, port);
    else if (!may_move(c))
        error = refuse(-EINVAL, REASON_port_pinned_vcpu, c->state, port, 0);
    else
        c->vcpu = (uint8_t)vcpu;
    lock_release(&e->lock);
    return error;
}

/* Frees a port that is in use. Both locks are held if it is connected. */
static void unbind(struct domain *d, uint32_t port)
{
    struct event_state *e = d->events;
    struct channel *c = channel_of(e, port), *far;

    if (c->state == CHANNEL_VIRQ) {
        for (uint32_t i = 0; i < ARRAY_SIZE(e->vcpus); i++)
            if (e->vcpus[i].virq_port[c->port] == port)
                e->vcpus[i].virq_port[c->port] = 0;
    } else if (c->state == CHANNEL_PIRQ) {
        pirq_unbind(d, c->port, port);
    } else if (c->state == CHANNEL_INTERDOMAIN) {
        far = channel_of(c->peer->events, c->port);
        far->state = CHANNEL_UNBOUND;
        far->remote = d->id;
        far->port = 0;
        far->peer = NULL;
    }
    channel_free(e, port);
}

/* The domain at the far end, to be locked with d; d itself when there is none. */
static struct domain *far_domain(struct domain *d, uint32_t port)
{
    struct domain *peer;
    struct channel *c;

    lock_take(&d->events->lock);
    c = channel_of(d->events, port);
    peer = c && c->state == CHANNEL_INTERDOMAIN ? c->peer : d;
    lock_release(&d->events->lock);
    return peer;
}

int channel_close(struct domain *d, uint32_t port)
{
    for (;;) {
        struct domain *peer = far_domain(d, port);
        struct channel *c;
        int error = 0;

        lock_pair(d, peer);
        c = channel_of(d->events, port);
        if (c && c->state == CHANNEL_INTERDOMAIN && c->peer != peer) { /* connected in between: look again */
            unlock_pair(d, peer);
            continue;
        }
        if (!c)
            error = refuse_port(d, port);
        else if (c->state == CHANNEL_FREE || c->state == CHANNEL_RESERVED)
            error = refuse(-EINVAL, REASON_port_free, c->state, port, 0);
        else
            unbind(d, port);
        unlock_pair(d, peer);
        return error;
    }
}

void channel_close_all(struct domain *d)
{
    for (uint32_t port = 1; port < d->events->valid; port++)
        if (channel_in_use(d->events, port))
            (void)channel_close(d, port);
}

int channel_send(struct domain *d, uint32_t port)
{
    struct event_state *e = d->events;
    struct channel *c;
    int error = 0;

    d->counters.events_sent++;
    lock_take(&e->lock);
    c = channel_of(e, port);
    if (unlikely(!c)) {
        error = refuse_port(d, port);
    } else if (c->state == CHANNEL_INTERDOMAIN) {
        /* The far end cannot close without our lock; which vCPU it notifies may change, which is its affair. */
        channel_set_pending(c->peer, c->port, channel_of(c->peer->events, c->port)->vcpu);
    } else if (c->state == CHANNEL_IPI) {
        channel_set_pending(d, port, c->vcpu);
    } else if (c->state != CHANNEL_UNBOUND) { /* to nobody yet: lost, and no error */
        error = refuse(-EINVAL, REASON_port_wrong_kind, c->state, port, 0);
    }
    lock_release(&e->lock);
    return error;
}

/* Any port that exists, bound or not, as on the reference. */
int channel_unmask_port(struct domain *d, uint32_t port)
{
    struct event_state *e = d->events;
    const struct channel *c;
    int error = 0;

    lock_take(&e->lock);
    c = channel_of(e, port);
    if (c)
        channel_unmask(d, port, c->vcpu);
    else
        error = refuse_port(d, port);
    lock_release(&e->lock);
    return error;
}

static void describe(const struct channel *c, struct evtchn_status *status)
{
    status->status = c->state == CHANNEL_RESERVED ? (uint32_t)EVTCHNSTAT_closed : c->state;
    status->vcpu = c->vcpu;
    switch (status->status) {
    case EVTCHNSTAT_unbound: status->u.unbound.dom = c->remote; break;
    case EVTCHNSTAT_interdomain:
        status->u.interdomain.dom = c->remote;
        status->u.interdomain.port = c->port;
        break;
    case EVTCHNSTAT_pirq: status->u.pirq = c->port; break;
    case EVTCHNSTAT_virq: status->u.virq = c->port; break;
    }
}

int channel_status(struct domain *d, uint32_t port, struct evtchn_status *status)
{
    struct event_state *e = d->events;
    const struct channel *c;
    int error = 0;

    lock_take(&e->lock);
    c = channel_of(e, port);
    if (c)
        describe(c, status);
    else
        error = refuse_port(d, port);
    lock_release(&e->lock);
    return error;
}
