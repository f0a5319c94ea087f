/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "domains.h"
#include "queue.h"
#include "transactions.h"
#include "watches.h"
#include "xenstore.h"

struct xs_connection *xs_connection_find(const struct xs_store *store, domid_t domain)
{
    struct xs_connection *connection = store->connections;

    while (connection && (connection->domain != domain || !connection->ring)) {
        connection = connection->next;
    }
    return connection;
}

struct xs_connection *xs_connection_open(struct xs_store *store, domid_t domain, bool privileged)
{
    struct xs_connection *connection = calloc(1, sizeof(*connection));

    if (connection) {
        connection->store = store;
        connection->domain = domain;
        connection->target = domain;
        connection->privileged = privileged;
        xs_queue_init(&connection->out);
        connection->next = store->connections;
        store->connections = connection;
    }
    return connection;
}

void xs_connection_reset(struct xs_connection *connection)
{
    xs_watch_remove_all(connection);
    xs_transaction_end_all(connection);
    xs_queue_clear(&connection->out);
}

void xs_connection_close(struct xs_connection *connection)
{
    struct xs_connection **place = &connection->store->connections;

    while (*place != connection) {
        place = &(*place)->next;
    }
    *place = connection->next;
    xs_connection_reset(connection);
    free(connection->ring);
    free(connection);
}

/* Begin where the page is: a domain may be introduced again in the middle of its life. */
static void ring_attach(struct xs_ring *ring, struct xenstore_domain_interface *page, xs_notify *notify,
                        void *context)
{
    ring->page = page;
    ring->req_cons = page->req_cons;
    ring->rsp_prod = page->rsp_prod;
    ring->received = 0;
    ring->notify = notify;
    ring->context = context;
    page->server_features = XENSTORE_SERVER_FEATURE_RECONNECTION | XENSTORE_SERVER_FEATURE_ERROR;
    page->connection = XENSTORE_CONNECTED;
    page->error = XENSTORE_ERROR_NONE;
}

int xs_introduce(struct xs_store *store, domid_t domain, struct xenstore_domain_interface *page,
                 xs_notify *notify, void *context)
{
    struct xs_connection *connection;

    if (domain >= DOMID_FIRST_RESERVED) {
        return -XEN_EINVAL;
    }
    connection = xs_connection_find(store, domain);
    if (connection) {
        xs_connection_reset(connection);
        connection->stopped = NULL;
        connection->cut_off = false;
    } else {
        struct xs_ring *ring = calloc(1, sizeof(*ring));

        connection = ring ? xs_connection_open(store, domain, domain == 0) : NULL;
        if (!connection) {
            free(ring);
            return -XEN_ENOMEM;
        }
        connection->ring = ring;
    }
    ring_attach(connection->ring, page, notify, context);
    xs_watch_fire_special(store, "@introduceDomain");
    return 0;
}

/* A node's permissions without a domain that is gone, so that a later domain of its number has not got them. */
static void forget(struct xs_store *store, const char *path, domid_t domain)
{
    const struct xs_permissions *old = xs_tree_find(&store->tree, path)->permissions;
    struct xs_permissions *list = NULL;

    for (uint32_t i = 1; i < old->count; i++) {
        if (old->entry[i].domain == domain && !list) {
            list = xs_permissions_make(old->entry, old->count);
            if (!list) {
                return;
            }
            list->count = i;
        } else if (list && old->entry[i].domain != domain) {
            list->entry[list->count++] = old->entry[i];
        }
    }
    if (list) {
        (void)xs_tree_set_permissions(&store->tree, path, list);
        xs_permissions_put(list);
    }
}

/* The walk goes on from the parent of what was removed, which visits the children before it again: harmless. */
static void forget_domain(struct xs_store *store, domid_t domain)
{
    char *path = calloc(1, XS_PATH_BYTES);

    if (!path) {
        return;
    }
    strcpy(path, "/");
    do {
        if (path[1] && xs_tree_find(&store->tree, path)->permissions->entry[0].domain == domain) {
            if (xs_watch_remove_node(store, path)) {
                break;
            }
            xs_path_to_parent(path);
        } else {
            forget(store, path, domain);
        }
    } while (xs_tree_next(&store->tree, "/", path));
    free(path);
}

int xs_release(struct xs_store *store, domid_t domain)
{
    struct xs_connection *connection = xs_connection_find(store, domain);

    if (!connection) {
        return -XEN_ENOENT;
    }
    for (struct xs_connection *c = store->connections; c; c = c->next) {
        c->target = c->target == domain ? c->domain : c->target;
    }
    xs_connection_close(connection);
    if (domain) {
        forget_domain(store, domain);
    }
    xs_watch_fire_special(store, "@releaseDomain");
    return 0;
}

bool xs_is_introduced(const struct xs_store *store, domid_t domain)
{
    return xs_connection_find(store, domain) != NULL;
}

void xs_domain_shut_down(struct xs_store *store, domid_t domain)
{
    if (xs_is_introduced(store, domain)) {
        xs_watch_fire_special(store, "@releaseDomain");
    }
}

int xs_domain_set_privileged(struct xs_store *store, domid_t domain, bool privileged)
{
    struct xs_connection *connection = xs_connection_find(store, domain);

    if (!connection) {
        return -XEN_ENOENT;
    }
    connection->privileged = privileged;
    return 0;
}

const char *xs_domain_stopped(const struct xs_store *store, domid_t domain)
{
    const struct xs_connection *connection = xs_connection_find(store, domain);

    return connection ? connection->stopped : NULL;
}

struct xs_usage xs_domain_usage(const struct xs_store *store, domid_t domain)
{
    const struct xs_connection *connection = xs_connection_find(store, domain);
    struct xs_usage usage = {.nodes = domain < DOMID_FIRST_RESERVED ? store->nodes[domain] : 0};

    if (connection) {
        usage.watches = connection->watch_count;
        usage.transactions = connection->transaction_count;
        usage.replies = connection->out.replies;
        usage.events = connection->out.events;
    }
    return usage;
}
