/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "access.h"
#include "request_nodes.h"
#include "transactions.h"

/* The one path that the request consists of, made absolute, and its node. */
static int only_path(struct xs_request *request, unsigned int rights, char *path, const struct xs_node **node)
{
    const char *given;

    if (xs_strings(request, &given, 1) != 1 ||
        !xs_path_resolve(request->connection->domain, given, false, path)) {
        return -XEN_EINVAL;
    }
    return xs_access(request, path, rights, node);
}

/* Names of children from byte `skip` of their list on, as many as fit whole. Returns their length. */
static size_t list_children(const struct xs_node *node, uint64_t skip, char *to, size_t room)
{
    size_t length = 0;
    uint64_t at = 0;

    for (uint32_t i = 0; i < node->children; i++) {
        size_t size = strlen(node->child[i]->name) + 1;

        if (at >= skip) {
            if (length + size > room) {
                break;
            }
            memcpy(to + length, node->child[i]->name, size);
            length += size;
        }
        at += size;
    }
    return length;
}

int xs_do_directory(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    int error = only_path(request, XS_MAY_READ, path, &node);
    char *names;

    if (error) {
        return error;
    }
    if (node->name_bytes > XENSTORE_PAYLOAD_MAX) {
        return -XEN_E2BIG;
    }
    names = malloc(XENSTORE_PAYLOAD_MAX);
    if (!names) {
        return -XEN_ENOMEM;
    }
    xs_reply(request, names, list_children(node, 0, names, XENSTORE_PAYLOAD_MAX));
    free(names);
    return 0;
}

/* A list in parts: the node's generation, names from an offset on, and an empty name after the last. */
int xs_do_directory_part(struct xs_request *request)
{
    const char *given[2];
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    uint64_t offset;
    size_t length;
    char *data;
    int error;

    if (xs_strings(request, given, 2) != 2 || !xs_number(given[1], &offset) ||
        !xs_path_resolve(request->connection->domain, given[0], false, path)) {
        return -XEN_EINVAL;
    }
    error = xs_access(request, path, XS_MAY_READ, &node);
    if (error) {
        return error;
    }
    data = malloc(XENSTORE_PAYLOAD_MAX);
    if (!data) {
        return -XEN_ENOMEM;
    }
    length = (size_t)snprintf(data, 24, "%" PRIu64, node->generation) + 1;
    length += list_children(node, offset, data + length, XENSTORE_PAYLOAD_MAX - length - 1);
    if (offset + (length - strlen(data) - 1) >= node->name_bytes) {
        data[length++] = 0;
    }
    xs_reply(request, data, length);
    free(data);
    return 0;
}

int xs_do_read(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    int error = only_path(request, XS_MAY_READ, path, &node);

    if (!error) {
        xs_reply(request, node->value, node->length);
    }
    return error;
}

/* Everything after the path is the value, zeroes and all. */
int xs_do_write(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    size_t skip = strlen(request->data) + 1;
    const struct xs_node *node;
    int error;

    if (skip > request->header->len ||
        !xs_path_resolve(request->connection->domain, request->data, false, path)) {
        return -XEN_EINVAL;
    }
    error = xs_access(request, path, XS_MAY_WRITE, &node);
    if (error == -XEN_ENOENT) {
        error = xs_access_create(request, path);
    }
    if (!error) {
        error =
            xs_access_set_value(request, path, request->data + skip, request->header->len - (uint32_t)skip);
    }
    if (!error) {
        xs_access_changed(request, path);
        xs_reply_ok(request);
    }
    return error;
}

int xs_do_mkdir(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    int error = only_path(request, XS_MAY_WRITE, path, &node);

    if (error == -XEN_ENOENT) {
        error = xs_access_create(request, path);
        if (!error) {
            xs_access_changed(request, path);
        }
    }
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

/* What is not there is as good as removed, if its parent is there. */
int xs_do_rm(struct xs_request *request)
{
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    int error = only_path(request, XS_MAY_WRITE, path, &node);

    if (error == -XEN_ENOENT) {
        xs_path_to_parent(path);
        error = xs_tree_find(xs_access_tree(request), path) ? 0 : -XEN_ENOENT;
    } else if (!error) {
        error = path[1] ? xs_access_remove(request, path) : -XEN_EINVAL;
    }
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}

/* Where the permissions of a special name are; NULL for a name without. */
static struct xs_permissions **special(struct xs_store *store, const char *name)
{
    if (strcmp(name, "@introduceDomain") == 0) {
        return &store->introduce;
    }
    return strcmp(name, "@releaseDomain") == 0 ? &store->release : NULL;
}

int xs_do_get_perms(struct xs_request *request)
{
    struct xs_permissions **found;
    const struct xs_permissions *list;
    char path[XS_PATH_BYTES];
    const struct xs_node *node;
    const char *given;
    size_t length = 0;
    char *text;
    int error;

    if (xs_strings(request, &given, 1) == 1 && xs_path_is_special(given)) {
        found = special(request->connection->store, given);
        error = !found ? -XEN_ENOENT : request->connection->privileged ? 0 : -XEN_EACCES;
        list = found ? *found : NULL;
    } else {
        error = only_path(request, XS_MAY_READ, path, &node);
        list = error ? NULL : node->permissions;
    }
    if (error) {
        return error;
    }
    if (list->count * XS_PERMISSION_BYTES > XENSTORE_PAYLOAD_MAX) {
        return -XEN_E2BIG;
    }
    text = malloc(list->count * XS_PERMISSION_BYTES);
    if (!text) {
        return -XEN_ENOMEM;
    }
    for (uint32_t i = 0; i < list->count; i++) {
        xs_permission_format(&list->entry[i], text + length);
        length += strlen(text + length) + 1;
    }
    xs_reply(request, text, length);
    free(text);
    return 0;
}

/* Give `path` the list, which the caller still holds. */
static int set_node_perms(struct xs_request *request, const char *path, struct xs_permissions *list)
{
    struct xs_connection *connection = request->connection;
    const struct xs_node *node;
    int error = xs_access(request, path, XS_MAY_WRITE | XS_MAY_OWN, &node);

    if (error) {
        return error;
    }
    if (!connection->privileged && list->entry[0].domain != node->permissions->entry[0].domain) {
        return -XEN_EPERM;
    }
    if (request->transaction) {
        error = xs_transaction_touch(connection, request->transaction, path, true);
    }
    if (!error) {
        error = xs_tree_set_permissions(xs_access_tree(request), path, list);
    }
    if (!error) {
        xs_access_changed(request, path);
    }
    return error;
}

static int set_special_perms(struct xs_request *request, const char *name, struct xs_permissions *list)
{
    struct xs_permissions **found = special(request->connection->store, name);

    if (!request->connection->privileged) {
        return -XEN_EACCES;
    }
    if (!found) {
        return -XEN_ENOENT;
    }
    xs_permissions_put(*found);
    *found = xs_permissions_get(list);
    return 0;
}

/* The entries that follow the path, as a list. */
static int parse_perms(struct xs_request *request, const char **given, uint32_t count,
                       struct xs_permissions **list)
{
    struct xs_connection *connection = request->connection;
    uint32_t i = 0;

    if (!connection->privileged && count > connection->store->quota.permissions) {
        return -XEN_ENOSPC;
    }
    *list = malloc(sizeof(**list) + count * sizeof(struct xs_permission));
    if (!*list) {
        return -XEN_ENOMEM;
    }
    **list = (struct xs_permissions){.references = 1, .count = count};
    for (const char *text = *given; i < count && xs_permission_parse(text, &(*list)->entry[i]); i++) {
        text += strlen(text) + 1;
    }
    if (i < count) {
        free(*list);
        return -XEN_EINVAL;
    }
    return 0;
}

int xs_do_set_perms(struct xs_request *request)
{
    const char *given[2];
    uint32_t count = xs_strings(request, given, 2);
    char path[XS_PATH_BYTES];
    struct xs_permissions *list;
    int error;

    if (count < 2 || !xs_path_resolve(request->connection->domain, given[0], true, path)) {
        return -XEN_EINVAL;
    }
    error = parse_perms(request, &given[1], count - 1, &list);
    if (error) {
        return error;
    }
    error = xs_path_is_special(path) ? set_special_perms(request, path, list)
                                     : set_node_perms(request, path, list);
    xs_permissions_put(list);
    if (!error) {
        xs_reply_ok(request);
    }
    return error;
}
