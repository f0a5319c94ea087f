/* SPDX-License-Identifier: MIT */
/*
 * While a call waits, the port is masked and polled, so that an event between the last look at the ring and going to sleep
 * leaves its pending bit set and ends the sleep at once.
 */
#include <guestkit/events.h>
#include <guestkit/stubs.h>
#include <guestkit/xenstore.h>
#include <guestkit/xenstore_connect.h>

static uint32_t port;
static void (*tell)(void);

static void on_event(uint32_t from, void *context)
{
    if (tell) {
        tell();
    }
}

static void notify(void *context)
{
    event_send(port);
}

static void hold(void *context, bool on)
{
    if (on) {
        event_mask(port);
    } else {
        event_unmask(port);
    }
}

static void wait(void *context)
{
    sched_poll_t poll = {.ports = hypercall_address(&port), .nr_ports = 1};

    sched_op_poll(&poll);
    event_clear(port);
}

static const struct xenstore_wire wire = {.notify = notify, .hold = hold, .wait = wait};

int xenstore_connect(struct xenstore *store, const start_info_t *info, void (*noticed)(void))
{
    struct xenstore_domain_interface *page = xenstore_map(info);

    if (!page) {
        return -XEN_ENODEV;
    }
    port = xenstore_port(info);
    tell = noticed;
    event_attach(port, on_event, NULL);
    return xenstore_start(store, page, &wire);
}
