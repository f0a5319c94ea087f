// SPDX-License-Identifier: MIT
/* What was printed on the console, kept in a ring: for a toolstack's `dmesg`. */
#include "control/sysctl.h"
#include "core/log.h"
#include "core/why.h"
#include "machine/log_control.h"
#include "machine/user_copy.h"

#define DEBUG_KEYS_MAX 16u

static uint32_t cleared; /* what came before this position has been cleared */

/* Positions count bytes ever written and wrap; the ring keeps the last of them. */
static bool is_later(uint32_t position, uint32_t than)
{
    return (int32_t)(position - than) > 0;
}

long sysctl_readconsole(struct xen_sysctl *op)
{
    struct xen_sysctl_readconsole *r = &op->u.readconsole;
    uint32_t position = r->incremental && is_later(r->index, cleared) ? r->index : cleared, done = 0;
    char chunk[128];
    size_t n;

    while ((n = log_read(&position, chunk, MIN(sizeof(chunk), r->count - done)))) {
        if (copy_to_guest(gva(r->buffer + done), chunk, n))
            return refuse(-EFAULT, REASON_bad_guest_pointer_write, n, r->buffer + done, 0);
        done += (uint32_t)n;
    }
    if (r->clear)
        cleared = position;
    r->count = done;
    r->index = position;
    return 0;
}

/* No key does anything: what the reference's keys print, Ringlet's own call tells. A line takes its time: few at once. */
long sysctl_debug_keys(struct xen_sysctl *op)
{
    const struct xen_sysctl_debug_keys *k = &op->u.debug_keys;
    uint8_t keys[DEBUG_KEYS_MAX];

    if (k->nr_keys > sizeof(keys))
        return refuse(-E2BIG, REASON_count_too_large, sizeof(keys), k->nr_keys, 0);
    if (copy_from_guest(keys, gva(k->keys), k->nr_keys))
        return refuse(-EFAULT, REASON_bad_guest_pointer, k->nr_keys, k->keys, 0);
    for (uint32_t i = 0; i < k->nr_keys; i++)
        log_line(LOG_INFO, "debug key '%c': it does nothing", keys[i]);
    return 0;
}
