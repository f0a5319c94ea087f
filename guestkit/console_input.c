/* SPDX-License-Identifier: MIT */
#include <guestkit/console_backends.h>
#include <guestkit/console_input.h>

static int bound = -1;

int console_listen(const start_info_t *info, event_handler *handler, void *context)
{
    if (bound >= 0) {
        event_attach((uint32_t)bound, handler, context);
        return bound;
    }
    if (info->flags & SIF_INITDOMAIN) {
        return bound = event_bind_virq(VIRQ_CONSOLE, 0, handler, context);
    }
    event_attach(console_ring_port(), handler, context);
    return (int)console_ring_port();
}
