// SPDX-License-Identifier: MIT
#include "store_link.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <guestkit/events.h>

#include "builder/foreign.h"

static struct xs_store *store;
static struct xs_connection *local;
static struct store_watch *watches;

static void hand_out(void *context, const char *path, const char *token)
{
    for (struct store_watch *at = watches; at; at = at->next)
        if (!strcmp(at->token, token)) {
            at->told(at->context, path);
            return;
        }
}

static void run_local(void *context)
{
    while (xs_local_next_event(local, hand_out, NULL))
        ;
}

static struct loop_source local_source = {.run = run_local};

int store_init(void)
{
    store = xs_store_create(NULL);
    local = store ? xs_local_open(store) : NULL;
    loop_add(&local_source);
    return local ? 0 : -XEN_ENOMEM;
}

struct xs_connection *store_local(void)
{
    return local;
}

void store_changed(void)
{
    loop_ready(&local_source);
}

/* ---- domains */

static void notify(void *context)
{
    struct store_link *link = context;

    event_send(link->port);
}

static void run(void *context)
{
    struct store_link *link = context;

    if (xs_domain_run(store, link->domid))
        loop_ready(&link->source);
    store_changed();
}

int store_link_open(struct store_link *link, domid_t domid, uint32_t mfn, uint32_t remote_port)
{
    void *page = foreign_map(domid, mfn);
    int port, error;

    if (!page)
        return -XEN_EFAULT;
    *link = (struct store_link){.domid = domid, .page = page, .source = {.run = run, .context = link}};
    port = event_connect(domid, remote_port, loop_event, &link->source);
    error = port < 0 ? port : 0;
    if (error)
        goto err_unmap;
    link->port = (uint32_t)port;
    error = xs_introduce(store, domid, page, notify, link);
    if (error)
        goto err_close;
    link->open = true;
    loop_add(&link->source);
    loop_ready(&link->source);
    store_changed();
    return 0;

err_close:
    event_close(link->port);
err_unmap:
    foreign_unmap(page);
    return error;
}

void store_link_close(struct store_link *link)
{
    if (!link->open)
        return;
    xs_release(store, link->domid);
    loop_remove(&link->source);
    event_close(link->port);
    foreign_unmap(link->page);
    link->open = false;
    store_changed();
}

/* ---- the toolstack's own use */

int store_watch_open(struct store_watch *watch)
{
    int error = xs_local_watch(local, watch->path, watch->token);

    if (error)
        return error;
    watch->next = watches;
    watches = watch;
    store_changed();
    return 0;
}

void store_watch_close(struct store_watch *watch)
{
    for (struct store_watch **at = &watches; *at; at = &(*at)->next)
        if (*at == watch) {
            *at = watch->next;
            xs_local_unwatch(local, watch->path, watch->token);
            return;
        }
}

int store_write(const char *path, const char *format, ...)
{
    char value[1024];
    va_list args;
    int length;

    va_start(args, format);
    length = vsnprintf(value, sizeof(value), format, args);
    va_end(args);
    store_changed();
    return length < (int)sizeof(value) ? xs_local_write(local, 0, path, value) : -XEN_E2BIG;
}
