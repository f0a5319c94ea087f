/* SPDX-License-Identifier: MIT */
#include "round_trip.h"

#include <guestkit/shared.h>
#include <guestkit/stubs.h>

#include "../guest/common/child.h"

static volatile uint32_t our_port;
static uint32_t port;

static int32_t wait(void)
{
    sched_poll_t poll = {.ports = hypercall_address(&port), .nr_ports = 1};
    int32_t error = sched_op_poll(&poll);

    __atomic_fetch_and(&shared_page.evtchn_pending[port / 32], ~(1u << port % 32), __ATOMIC_SEQ_CST);
    return error;
}

static void answer(void)
{
    evtchn_bind_interdomain_t bind = {.remote_port = our_port};

    vcpu_op_stop_periodic_timer(0); /* as kernels do */
    event_channel_op_bind_interdomain(&bind);
    port = bind.local_port;
    wait(); /* a new port is pending at once */
    for (;;) {
        wait();
        event_channel_op_send(&(evtchn_send_t){port});
    }
}

int round_trip_prepare(void)
{
    evtchn_alloc_unbound_t offer = {.dom = DOMID_SELF};
    static struct child c;
    int error = child_start_empty(&c);

    vcpu_op_stop_periodic_timer(0);
    offer.remote_dom = c.id;
    error = error ? error : event_channel_op_alloc_unbound(&offer);
    our_port = port = offer.port;
    error = error ? error : child_populate(&c);
    error = error ? error : child_build(&c);
    error = error ? error : child_set_context(&c, answer);
    error = error ? error : child_unpause(&c);
    for (unsigned int i = 0; i < 10; i++) {
        sched_op_yield(); /* until it waits */
    }
    return error;
}

int32_t round_trip(void)
{
    int32_t error = event_channel_op_send(&(evtchn_send_t){port});

    return error ? error : wait();
}
