/* SPDX-License-Identifier: MIT */
#include <guestkit/console.h>
#include <guestkit/shared.h>
#include <guestkit/time.h>

#include "parts.h"

static uint64_t now(void *context)
{
    return time_now();
}

static void log_line(void *context, const char *line)
{
    console_printf("%s\n", line);
}

static const struct pv_glue glue = {
    .pages_alloc = guest_pages_alloc,
    .pages_free = guest_pages_free,
    .grant = guest_grant,
    .revoke = guest_revoke,
    .map = guest_map,
    .unmap = guest_unmap,
    .copy = guest_copy,
    .machine = guest_machine,
    .channel_offer = guest_channel_offer,
    .channel_bind = guest_channel_bind,
    .channel_close = guest_channel_close,
    .notify = guest_notify,
    .store_read = guest_store_read,
    .store_write = guest_store_write,
    .store_remove = guest_store_remove,
    .store_list = guest_store_list,
    .store_watch = guest_store_watch,
    .store_unwatch = guest_store_unwatch,
    .time = now,
    .log = log_line,
};

const struct pv_glue *pv_guest_init(const start_info_t *info)
{
    (void)guest_store_connect(info);
    return &glue;
}

bool pv_guest_run(void)
{
    bool any = guest_channels_run();

    return guest_store_run() || any;
}

/* With upcalls masked nothing becomes pending unseen; the block ends at once if an event waits. */
void pv_guest_wait(void)
{
    upcalls_mask();
    if (guest_channels_pending() || guest_store_pending()) {
        upcalls_unmask();
    } else {
        time_block();
    }
}

struct xenstore *pv_guest_store(void)
{
    return guest_store();
}
