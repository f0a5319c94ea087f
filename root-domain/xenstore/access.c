/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "transactions.h"
#include "watches.h"

struct xs_tree *xs_access_tree(const struct xs_request *request)
{
    return request->transaction ? &request->transaction->working : &request->connection->store->tree;
}

static int touch(const struct xs_request *request, const char *path, bool changes)
{
    return request->transaction
               ? xs_transaction_touch(request->connection, request->transaction, path, changes)
               : 0;
}

static unsigned int rights_of(const struct xs_connection *connection, const struct xs_node *node)
{
    return connection->privileged
               ? XS_MAY_READ | XS_MAY_WRITE | XS_MAY_OWN
               : xs_permissions_of(node->permissions, connection->domain, connection->target);
}

int xs_access(const struct xs_request *request, const char *path, unsigned int rights,
              const struct xs_node **node)
{
    const struct xs_tree *tree = xs_access_tree(request);
    const struct xs_node *nearest = xs_tree_find_nearest(tree, path);

    *node = NULL;
    if ((rights_of(request->connection, nearest) & rights) != rights) {
        return -XEN_EACCES;
    }
    int error = touch(request, path, false);

    if (error) {
        return error;
    }
    *node = xs_tree_find(tree, path);
    return *node ? 0 : -XEN_ENOENT;
}

static bool node_fits(const struct xs_connection *connection, uint64_t value, uint64_t permissions,
                      uint64_t names)
{
    return connection->privileged ||
           value + permissions * sizeof(struct xs_permission) + names <= connection->store->quota.node_bytes;
}

/* Permissions of a new node: its parent's, but owned by the domain that makes it. */
static struct xs_permissions *inherit(const struct xs_connection *connection, const struct xs_node *parent)
{
    struct xs_permissions *list;

    if (connection->privileged || parent->permissions->entry[0].domain == connection->domain) {
        return xs_permissions_get(parent->permissions);
    }
    list = xs_permissions_make(parent->permissions->entry, parent->permissions->count);
    if (list) {
        list->entry[0].domain = connection->domain;
    }
    return list;
}

/* The length of the path of the first node on the way to `path` that is missing. */
static size_t first_missing(const struct xs_tree *tree, const char *path, char *part)
{
    size_t length = 0;

    do {
        length += strcspn(path + length + 1, "/") + 1;
        memcpy(part, path, length);
        part[length] = 0;
    } while (path[length] && xs_tree_find(tree, part));
    return length;
}

/* Makes all nodes from the one at the first `length` bytes of the path down to the whole. */
static int add_all(const struct xs_request *request, const char *path, size_t length,
                   struct xs_permissions *permissions)
{
    char part[XS_PATH_BYTES];
    int error;

    for (;;) {
        memcpy(part, path, length);
        part[length] = 0;
        error = touch(request, part, true);
        if (!error) {
            error = xs_tree_add(xs_access_tree(request), part, permissions);
        }
        if (error || !path[length]) {
            return error;
        }
        length += strcspn(path + length + 1, "/") + 1;
    }
}

static uint32_t count_parts(const char *path)
{
    uint32_t parts = 1;

    while (*path) {
        parts += *path++ == '/';
    }
    return parts;
}

int xs_access_create(const struct xs_request *request, const char *path)
{
    const struct xs_connection *connection = request->connection;
    struct xs_tree *tree = xs_access_tree(request);
    const struct xs_node *parent = xs_tree_find_nearest(tree, path);
    struct xs_permissions *permissions;
    char part[XS_PATH_BYTES];
    size_t length = first_missing(tree, path, part);
    int64_t owned = (int64_t)connection->store->nodes[connection->domain] + count_parts(path + length) +
                    (request->transaction ? request->transaction->nodes : 0);
    int error;

    if (!connection->privileged && owned > (int64_t)connection->store->quota.nodes) {
        return -XEN_ENOSPC;
    }
    if (!node_fits(connection, parent->length, parent->permissions->count,
                   (uint64_t)parent->name_bytes + strlen(xs_path_leaf(part)) + 1)) {
        return -XEN_ENOSPC;
    }
    permissions = inherit(connection, parent);
    if (!permissions) {
        return -XEN_ENOMEM;
    }
    error = add_all(request, path, length, permissions);
    xs_permissions_put(permissions);
    if (error && xs_tree_find(tree, part)) {
        (void)xs_tree_remove(tree, part);
    }
    return error;
}

int xs_access_set_value(const struct xs_request *request, const char *path, const void *value,
                        uint32_t length)
{
    struct xs_tree *tree = xs_access_tree(request);
    const struct xs_node *node = xs_tree_find(tree, path);
    int error;

    if (!node_fits(request->connection, length, node->permissions->count, node->name_bytes)) {
        return -XEN_ENOSPC;
    }
    error = touch(request, path, true);
    return error ? error : xs_tree_set_value(tree, path, value, length);
}

/* A removal in a transaction changes every node that goes with it. */
static int touch_below(const struct xs_request *request, const char *top)
{
    char path[XS_PATH_BYTES];
    int error;

    strcpy(path, top);
    do {
        error = touch(request, path, true);
    } while (!error && xs_tree_next(xs_access_tree(request), top, path));
    return error;
}

int xs_access_remove(const struct xs_request *request, const char *path)
{
    int error;

    if (!request->transaction) {
        return xs_watch_remove_node(request->connection->store, path);
    }
    error = touch_below(request, path);
    return error ? error : xs_tree_remove(&request->transaction->working, path);
}

void xs_access_changed(const struct xs_request *request, const char *path)
{
    if (!request->transaction) {
        xs_watch_fire(request->connection->store, &request->connection->store->tree, path, NULL);
    }
}
