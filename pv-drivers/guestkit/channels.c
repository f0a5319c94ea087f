/* SPDX-License-Identifier: MIT */
/*
 * The event handler runs inside the upcall and may not do a driver's work: it puts the port in a list, once, and the main
 * loop takes it out. The list is touched with upcalls masked.
 */
#include <guestkit/events.h>
#include <guestkit/shared.h>

#include "parts.h"

static struct channel {
    pv_handler *handler; /* NULL: closed */
    void *argument;
    bool listed;
} channels[EVENT_PORTS];

static uint16_t list[EVENT_PORTS];
static uint32_t first, count;

static void note(uint32_t port, void *context)
{
    if (!channels[port].listed) {
        channels[port].listed = true;
        list[(first + count++) % EVENT_PORTS] = (uint16_t)port;
    }
}

static int remember(int port, pv_handler *handler, void *argument)
{
    if (port >= 0) {
        channels[port].handler = handler;
        channels[port].argument = argument;
    }
    return port;
}

int guest_channel_offer(void *context, domid_t domain, pv_handler *handler, void *argument)
{
    return remember(event_offer(domain, note, NULL), handler, argument);
}

int guest_channel_bind(void *context, domid_t domain, uint32_t port, pv_handler *handler, void *argument)
{
    return remember(event_connect(domain, port, note, NULL), handler, argument);
}

void pv_guest_attach(uint32_t port, pv_handler *handler, void *argument)
{
    remember((int)port, handler, argument);
    event_attach(port, note, NULL);
}

/* It may be in the list still: then it is passed over. */
void guest_channel_close(void *context, uint32_t port)
{
    event_close(port);
    channels[port].handler = NULL;
}

void guest_notify(void *context, uint32_t port)
{
    event_send(port);
}

bool guest_channels_pending(void)
{
    return *(volatile uint32_t *)&count != 0;
}

bool guest_channels_run(void)
{
    struct channel *channel = NULL;
    bool masked = upcalls_mask();

    if (count) {
        channel = &channels[list[first]];
        channel->listed = false;
        first = (first + 1) % EVENT_PORTS;
        count--;
    }
    upcalls_restore(masked);
    if (channel && channel->handler) {
        channel->handler(channel->argument);
    }
    return channel != NULL;
}
