/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"
#include "tree.h"

int xs_tree_create(struct xs_tree *tree, struct xs_permissions *permissions)
{
    tree->root = xs_node_make("", 0, permissions);
    if (!tree->root) {
        return -XEN_ENOMEM;
    }
    tree->root->generation = ++*tree->generation;
    tree->account(tree->context, permissions->entry[0].domain, 1);
    return 0;
}

void xs_tree_snapshot(struct xs_tree *tree, const struct xs_tree *of)
{
    tree->root = of->root;
    tree->root->references++;
}

void xs_tree_drop(struct xs_tree *tree)
{
    xs_node_put(tree->root);
    tree->root = NULL;
}

/* The next part of a path: its start and length; 0 at the end. */
static size_t next_part(const char **path)
{
    while (**path == '/') {
        (*path)++;
    }
    return strcspn(*path, "/");
}

/* Walks down as far as there are nodes; *rest is what is left of the path. */
static const struct xs_node *descend(const struct xs_tree *tree, const char *path, const char **rest)
{
    const struct xs_node *node = tree->root;
    size_t length;

    while ((length = next_part(&path)) != 0) {
        bool found;
        uint32_t index = xs_node_child_index(node, path, length, &found);

        if (!found) {
            break;
        }
        node = node->child[index];
        path += length;
    }
    *rest = path;
    return node;
}

const struct xs_node *xs_tree_find(const struct xs_tree *tree, const char *path)
{
    const struct xs_node *node = descend(tree, path, &path);

    return *path ? NULL : node;
}

const struct xs_node *xs_tree_find_nearest(const struct xs_tree *tree, const char *path)
{
    return descend(tree, path, &path);
}

/* Make the node in *place this tree's alone. */
static struct xs_node *unshare(struct xs_node **place)
{
    struct xs_node *copy;

    if ((*place)->references == 1) {
        return *place;
    }
    copy = xs_node_clone(*place);
    if (copy) {
        (*place)->references--;
        *place = copy;
    }
    return copy;
}

/* The node at an existing path's first `length` bytes, ready to be changed. NULL without memory. */
static struct xs_node *edit(struct xs_tree *tree, const char *path, size_t length)
{
    const char *end = path + length;
    struct xs_node *node = unshare(&tree->root);
    size_t part;

    while (node && (part = next_part(&path)) != 0 && path < end) {
        bool found;
        uint32_t index = xs_node_child_index(node, path, part, &found);

        node = unshare(&node->child[index]);
        path += part;
    }
    return node;
}

int xs_tree_set_value(struct xs_tree *tree, const char *path, const void *value, uint32_t length)
{
    char *copy = malloc(length ? length : 1);
    struct xs_node *node = copy ? edit(tree, path, strlen(path)) : NULL;

    if (!node) {
        free(copy);
        return -XEN_ENOMEM;
    }
    if (length) {
        memcpy(copy, value, length);
    }
    free(node->value);
    node->value = copy;
    node->length = length;
    node->generation = ++*tree->generation;
    return 0;
}

int xs_tree_set_permissions(struct xs_tree *tree, const char *path, struct xs_permissions *permissions)
{
    struct xs_node *node = edit(tree, path, strlen(path));

    if (!node) {
        return -XEN_ENOMEM;
    }
    tree->account(tree->context, node->permissions->entry[0].domain, -1);
    tree->account(tree->context, permissions->entry[0].domain, 1);
    xs_permissions_get(permissions);
    xs_permissions_put(node->permissions);
    node->permissions = permissions;
    node->generation = ++*tree->generation;
    return 0;
}

int xs_tree_add(struct xs_tree *tree, const char *path, struct xs_permissions *permissions)
{
    const char *leaf = xs_path_leaf(path);
    struct xs_node *parent = edit(tree, path, (size_t)(leaf - path));
    struct xs_node *node = parent ? xs_node_make(leaf, strlen(leaf), permissions) : NULL;
    bool found;

    if (!node || xs_node_add_child(parent, xs_node_child_index(parent, leaf, strlen(leaf), &found), node)) {
        xs_node_put(node);
        return -XEN_ENOMEM;
    }
    parent->generation = ++*tree->generation;
    node->generation = parent->generation;
    tree->account(tree->context, permissions->entry[0].domain, 1);
    return 0;
}

int xs_tree_remove(struct xs_tree *tree, const char *path)
{
    const char *leaf = xs_path_leaf(path);
    struct xs_node *parent = edit(tree, path, (size_t)(leaf - path));
    char *below;
    bool found;

    below = parent ? malloc(XS_PATH_BYTES) : NULL;
    if (!below) {
        return -XEN_ENOMEM;
    }
    strcpy(below, path);
    do {
        tree->account(tree->context, xs_tree_find(tree, below)->permissions->entry[0].domain, -1);
    } while (xs_tree_next(tree, path, below));
    free(below);
    xs_node_put(xs_node_take_child(parent, xs_node_child_index(parent, leaf, strlen(leaf), &found)));
    parent->generation = ++*tree->generation;
    return 0;
}

/* Append a child's name; nodes are only ever made at paths that fit. */
static void append(char *path, const char *name)
{
    size_t length = strlen(path);

    if (length > 1) {
        path[length++] = '/';
    }
    strcpy(path + length, name);
}

/* Cut the path at the nearest ancestor within `top` that has a further child, and step to that child. */
static bool next_sibling(const struct xs_tree *tree, const char *top, char *path)
{
    size_t top_length = strlen(top);
    size_t length = strlen(path);

    while (length > top_length) {
        size_t leaf = length;
        const struct xs_node *parent;
        char first;
        bool found;
        uint32_t index;

        while (path[leaf - 1] != '/') {
            leaf--;
        }
        first = path[leaf];
        path[leaf] = 0;
        parent = xs_tree_find(tree, path);
        path[leaf] = first;
        index = xs_node_child_index(parent, path + leaf, length - leaf, &found);
        if (index + 1 < parent->children) {
            strcpy(path + leaf, parent->child[index + 1]->name);
            return true;
        }
        length = leaf > 1 ? leaf - 1 : 1;
    }
    return false;
}

bool xs_tree_next(const struct xs_tree *tree, const char *top, char path[XS_PATH_BYTES])
{
    const struct xs_node *node = xs_tree_find(tree, path);

    if (node->children) {
        append(path, node->child[0]->name);
        return true;
    }
    return next_sibling(tree, top, path);
}
