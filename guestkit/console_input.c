/* SPDX-License-Identifier: MIT */
#include <guestkit/console_backends.h>
#include <guestkit/console_input.h>

int console_listen(const start_info_t *info, event_handler *handler, void *context)
{
    if (info->flags & SIF_INITDOMAIN) {
        return event_bind_virq(VIRQ_CONSOLE, 0, handler, context);
    }
    event_attach(console_ring_port(), handler, context);
    return (int)console_ring_port();
}
