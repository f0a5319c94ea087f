// SPDX-License-Identifier: MIT
#include "domain/poll.h"

#include <abi/sched.h>

#include "core/why.h"
#include "domain/domain.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "events/event_channels.h"
#include "events/events.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define POLL_PORTS_MAX 128u

struct poll_request {
    gva_t ports;
    uint32_t count;
    uint64_t timeout;
};

static int decode(const struct domain *d, gva_t arg, struct poll_request *r)
{
    struct sched_poll_32 a32;
    struct sched_poll_64 a64;
    int error = d->width == GUEST_32 ? copy_from_guest(&a32, arg, sizeof(a32))
                                     : copy_from_guest(&a64, arg, sizeof(a64));

    if (error)
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, arg.raw, 0);
    if (d->width == GUEST_32)
        *r = (struct poll_request){gva(a32.ports), a32.nr_ports, a32.timeout};
    else
        *r = (struct poll_request){gva(a64.ports), a64.nr_ports, a64.timeout};
    return 0;
}

/* 0: none is pending yet; 1: one is; or a negative errno. The last port read stays in *port. */
static int look_at_ports(const struct event_state *e, const struct poll_request *r, uint32_t *port)
{
    for (uint32_t i = 0; i < r->count; i++) {
        gva_t at = gva_add(r->ports, i * sizeof(*port));

        if (guest_get32(port, at))
            return refuse(-EFAULT, REASON_bad_guest_pointer, 0, at.raw, 0);
        if (*port >= e->valid)
            return refuse(-EINVAL, REASON_port_invalid, e->valid, *port, 0);
        if (!channel_in_use(e, *port))
            return refuse(-EINVAL, REASON_port_free, 0, *port, 0);
        if (channel_is_pending(e, *port))
            return 1;
    }
    return 0;
}

/* Marked as a poller first, then the ports looked at: an event in between finds the mark. */
long sched_poll(struct vcpu *v, gva_t arg)
{
    struct event_state *e = v->domain->events;
    struct poll_request r;
    uint32_t port = POLL_ANY;
    int found = decode(v->domain, arg, &r);

    if (found)
        return found;
    if (r.count > POLL_PORTS_MAX)
        return refuse(-EINVAL, REASON_poll_ports, POLL_PORTS_MAX, r.count, 0);
    if (!guest_range_ok(r.ports, (uint64_t)r.count * sizeof(port)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, r.ports.raw, 0);
    poll_begin(v);
    found = upcall_due(v) ? 1 : look_at_ports(e, &r, &port);
    if (found) {
        poll_end(v);
        v->blocked &= ~(uint32_t)VCPU_BLOCKED;
        return found < 0 ? found : 0;
    }
    if (r.count == 1)
        poll_narrow(v, port);
    if (r.timeout)
        timer_set(&v->time->poll, r.timeout);
    this_cpu()->pending |= WORK_SCHEDULE;
    return 0;
}
