/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "queue.h"
#include "watches.h"

int xs_watch_add(struct xs_connection *connection, const char *path, uint32_t shown, const char *token)
{
    size_t size = strlen(path) + 1;
    struct xs_watch *watch;

    for (watch = connection->watches; watch; watch = watch->next) {
        if (strcmp(watch->path, path) == 0 && strcmp(watch->token, token) == 0) {
            return -XEN_EEXIST;
        }
    }
    if (!connection->privileged && connection->watch_count >= connection->store->quota.watches) {
        return -XEN_E2BIG;
    }
    watch = malloc(sizeof(*watch) + size + strlen(token) + 1);
    if (!watch) {
        return -XEN_ENOMEM;
    }
    memcpy(watch->path, path, size);
    watch->token = strcpy(watch->path + size, token);
    watch->shown = shown;
    watch->next = connection->watches;
    connection->watches = watch;
    connection->watch_count++;
    return 0;
}

static struct xs_watch **find(struct xs_connection *connection, const char *path, const char *token)
{
    struct xs_watch **place = &connection->watches;

    while (*place && (strcmp((*place)->path, path) != 0 || strcmp((*place)->token, token) != 0)) {
        place = &(*place)->next;
    }
    return place;
}

static void unlink_watch(struct xs_connection *connection, struct xs_watch **place)
{
    struct xs_watch *watch = *place;

    *place = watch->next;
    connection->watch_count--;
    free(watch);
}

int xs_watch_remove(struct xs_connection *connection, const char *path, const char *token)
{
    struct xs_watch **place = find(connection, path, token);

    if (!*place) {
        return -XEN_ENOENT;
    }
    unlink_watch(connection, place);
    return 0;
}

void xs_watch_remove_all(struct xs_connection *connection)
{
    while (connection->watches) {
        unlink_watch(connection, &connection->watches);
    }
}

/*
 * An event that waits already is not queued twice. A connection that lets events pile up, or one whose event cannot be
 * kept, is stopped: it would miss changes and not know.
 */
static void tell(struct xs_connection *connection, const struct xs_watch *watch, const char *path)
{
    struct xsd_sockmsg header = {.type = XS_WATCH_EVENT};
    uint32_t shown = xs_path_is_special(path) ? 0 : watch->shown;
    size_t path_size = strlen(path + shown) + 1;
    size_t token_size = strlen(watch->token) + 1;
    char *data;

    if (connection->stopped) {
        return;
    }
    if (!connection->privileged && connection->out.events >= connection->store->quota.events) {
        connection->stopped = "it does not take its watch events";
        return;
    }
    data = malloc(path_size + token_size);
    if (!data) {
        connection->stopped = "no memory for its watch events";
        return;
    }
    memcpy(data, path + shown, path_size);
    memcpy(data + path_size, watch->token, token_size);
    if (!xs_queue_has_event(&connection->out, data, (uint32_t)(path_size + token_size)) &&
        !xs_queue_add(&connection->out, &header, data, (uint32_t)(path_size + token_size))) {
        connection->stopped = "no memory for its watch events";
    }
    free(data);
}

void xs_watch_fire_first(struct xs_connection *connection)
{
    tell(connection, connection->watches, connection->watches->path);
}

static bool may_read(const struct xs_connection *connection, const struct xs_permissions *permissions)
{
    return connection->privileged ||
           (xs_permissions_of(permissions, connection->domain, connection->target) & XS_MAY_READ);
}

static bool may_know(const struct xs_connection *connection, const struct xs_node *node,
                     const struct xs_node *parent, const struct xs_permissions *old)
{
    return (node && may_read(connection, node->permissions)) || (old && may_read(connection, old)) ||
           (parent && may_read(connection, parent->permissions));
}

void xs_watch_fire(struct xs_store *store, const struct xs_tree *tree, const char *path,
                   const struct xs_permissions *old)
{
    const struct xs_node *node = xs_tree_find(tree, path);
    const struct xs_node *parent = NULL;
    char *above = strdup(path);

    if (above && path[1]) {
        xs_path_to_parent(above);
        parent = xs_tree_find(tree, above);
    }
    free(above);
    for (struct xs_connection *c = store->connections; c; c = c->next) {
        if (!c->watches || !may_know(c, node, parent, old)) {
            continue;
        }
        for (struct xs_watch *watch = c->watches; watch; watch = watch->next) {
            if (xs_path_is_within(path, watch->path)) {
                tell(c, watch, path);
            }
        }
    }
}

void xs_watch_fire_below(struct xs_store *store, const struct xs_tree *tree, const char *path)
{
    for (struct xs_connection *c = store->connections; c; c = c->next) {
        for (struct xs_watch *watch = c->watches; watch; watch = watch->next) {
            const struct xs_node *node;

            if (strcmp(watch->path, path) != 0 && xs_path_is_within(watch->path, path) &&
                (node = xs_tree_find(tree, watch->path)) != NULL && may_read(c, node->permissions)) {
                tell(c, watch, watch->path);
            }
        }
    }
}

int xs_watch_remove_node(struct xs_store *store, const char *path)
{
    struct xs_tree before = store->tree;
    int error;

    /* Kept for those who are told: what was there, and who could see it. */
    xs_tree_snapshot(&before, &store->tree);
    error = xs_tree_remove(&store->tree, path);
    if (!error) {
        xs_watch_fire(store, &store->tree, path, xs_tree_find(&before, path)->permissions);
        xs_watch_fire_below(store, &before, path);
    }
    xs_tree_drop(&before);
    return error;
}

void xs_watch_fire_special(struct xs_store *store, const char *name)
{
    const struct xs_permissions *permissions =
        strcmp(name, "@introduceDomain") == 0 ? store->introduce : store->release;

    for (struct xs_connection *c = store->connections; c; c = c->next) {
        for (struct xs_watch *watch = c->watches; watch && may_read(c, permissions); watch = watch->next) {
            if (strcmp(watch->path, name) == 0) {
                tell(c, watch, name);
            }
        }
    }
}
