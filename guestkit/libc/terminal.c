// SPDX-License-Identifier: MIT
/*
 * Waiting for a key. The console's event says that input came in; its handler has nothing to do, because being woken
 * is all we want. Upcalls stay masked between the look at the console and the sleep, so that an event in between ends
 * the sleep instead of being lost.
 */
#include "terminal.h"

#include <guestkit/console.h>
#include <guestkit/console_input.h>
#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/start.h>
#include <guestkit/time.h>

static void woken(uint32_t port, void *context)
{
}

int terminal_init(void)
{
    int port;

    events_init();
    port = console_listen(boot_info, woken, NULL);
    return port < 0 ? port : 0;
}

size_t terminal_read(void *bytes, size_t size)
{
    bool masked = upcalls_mask();
    size_t length;

    while (!(length = console_read(bytes, size))) {
        time_block();
        upcalls_mask();
    }
    upcalls_restore(masked);
    return length;
}
