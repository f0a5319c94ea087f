/* SPDX-License-Identifier: MIT */
/*
 * The tree of nodes, and cheap snapshots of it.
 *
 * A node counts who refers to it: its parent in each tree that holds it, and each tree it is the root of. Taking a snapshot is one
 * more reference to the root. Before a node is changed, it and those above it that are shared are copied, so
 * a change is seen in one tree alone, and what did not change stays common to all:
 *
 *      snapshot   tree after writing /a/c
 *          /       /'
 *         / \     / \
 *        b   a <-/   a'      (b is common)
 *            |       |
 *            c       c'
 *
 * Each change gives the node it changes a new generation number; adding or removing a child changes the parent. A copy that
 * was made for the sake of a child keeps its generation. Nothing here recurses: a domain decides how deep the tree is.
 */
#ifndef XS_TREE_H
#define XS_TREE_H

#include "node.h"
#include "path.h"

/* Told of each node that domain `owner` gains or loses in a tree. */
typedef void xs_account(void *context, domid_t owner, int change);

struct xs_tree {
    struct xs_node *root;
    uint64_t *generation; /* the store's, counted up at each change */
    xs_account *account;
    void *context;
};

/* A tree that is only "/", with these permissions. -XEN_ENOMEM. */
int xs_tree_create(struct xs_tree *tree, struct xs_permissions *permissions);
/* `tree` becomes a snapshot of `of`; its generation, account and context stay. */
void xs_tree_snapshot(struct xs_tree *tree, const struct xs_tree *of);
void xs_tree_drop(struct xs_tree *tree);

/* NULL when there is no such node. Valid until the tree changes. Paths are valid ones. */
const struct xs_node *xs_tree_find(const struct xs_tree *tree, const char *path);
/* The nearest node at or above the path. */
const struct xs_node *xs_tree_find_nearest(const struct xs_tree *tree, const char *path);

/*
 * Changes. Each is done as a whole or fails with -XEN_ENOMEM and leaves the tree's contents as they were. The node (for xs_tree_add:
 * its parent) must exist.
 */
int xs_tree_set_value(struct xs_tree *tree, const char *path, const void *value, uint32_t length);
/* Takes a reference of its own to the list. */
int xs_tree_set_permissions(struct xs_tree *tree, const char *path, struct xs_permissions *permissions);
/* A new node without value. */
int xs_tree_add(struct xs_tree *tree, const char *path, struct xs_permissions *permissions);
/* Removes the node with all below it. Not "/". */
int xs_tree_remove(struct xs_tree *tree, const char *path);

/*
 * Step from `path` to the next node within `top`, parents before children: start with path = top. False, with
 * path as it was, at the end.
 */
bool xs_tree_next(const struct xs_tree *tree, const char *top, char path[XS_PATH_BYTES]);

#endif
