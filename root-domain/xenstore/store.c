/* SPDX-License-Identifier: MIT */
#include <stdlib.h>

#include "domains.h"
#include "flush.h"
#include "ring.h"
#include "watches.h"
#include "xenstore.h"

/* Requests of one domain before others have their turn. */
#define TURN 16

const struct xs_quota xs_quota_default = {
    .nodes = 1000,
    .node_bytes = 2048,
    .permissions = 5,
    .watches = 128,
    .transactions = 10,
    .transaction_nodes = 1024,
    .replies = 20,
    .events = 1024,
};

static void count_nodes(void *context, domid_t owner, int change)
{
    struct xs_store *store = context;

    if (owner < DOMID_FIRST_RESERVED) {
        store->nodes[owner] += (uint32_t)change;
    }
}

struct xs_store *xs_store_create(const struct xs_quota *quota)
{
    static const struct xs_permission owner = {.domain = 0, .rights = 0};
    struct xs_permissions *permissions = xs_permissions_make(&owner, 1);
    struct xs_store *store = permissions ? calloc(1, sizeof(*store)) : NULL;

    if (!store) {
        xs_permissions_put(permissions);
        return NULL;
    }
    store->quota = quota ? *quota : xs_quota_default;
    store->tree =
        (struct xs_tree){.generation = &store->generation, .account = count_nodes, .context = store};
    store->introduce = xs_permissions_get(permissions);
    store->release = permissions;
    if (xs_tree_create(&store->tree, permissions)) {
        xs_store_destroy(store);
        return NULL;
    }
    return store;
}

void xs_store_destroy(struct xs_store *store)
{
    while (store->connections) {
        xs_connection_close(store->connections);
    }
    xs_tree_drop(&store->tree);
    xs_permissions_put(store->introduce);
    xs_permissions_put(store->release);
    free(store);
}

void xs_store_set_introducer(struct xs_store *store, xs_introducer *introducer, void *context)
{
    store->introducer = introducer;
    store->introducer_context = context;
}

void xs_store_flush(struct xs_store *store)
{
    for (struct xs_connection *connection = store->connections; connection; connection = connection->next) {
        if (connection->ring && (connection->out.first || (connection->stopped && !connection->cut_off))) {
            xs_ring_flush(connection);
        }
    }
}

bool xs_domain_run(struct xs_store *store, domid_t domain)
{
    struct xs_connection *connection = xs_connection_find(store, domain);
    bool more = connection && xs_ring_serve(connection, TURN);

    xs_store_flush(store);
    return more;
}
