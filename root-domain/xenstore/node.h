/* SPDX-License-Identifier: MIT */
/* What a tree does with single nodes. */
#ifndef XS_NODE_H
#define XS_NODE_H

#include <stddef.h>

#include "permissions.h"

struct xs_node {
    uint32_t references;
    uint32_t children;
    uint32_t name_bytes; /* of all children's names, each with its zero */
    uint32_t length;     /* of value */
    uint64_t generation;
    struct xs_node **child; /* sorted by name */
    char *value;
    struct xs_permissions *permissions;
    char name[];
};

/* A node without value and children, referred to once. NULL without memory. */
struct xs_node *xs_node_make(const char *name, size_t length, struct xs_permissions *permissions);
/* A copy referred to once; its children and permissions are shared with the first. */
struct xs_node *xs_node_clone(const struct xs_node *node);
/* One reference less; frees the node and whatever only it referred to. NULL is allowed. */
void xs_node_put(struct xs_node *node);

/* The child's index, or the one it would have (*found false). `name` ends at `length`. */
uint32_t xs_node_child_index(const struct xs_node *node, const char *name, size_t length, bool *found);
/* Give an unshared node a child, whose reference it takes over. -XEN_ENOMEM. */
int xs_node_add_child(struct xs_node *node, uint32_t index, struct xs_node *child);
/* Take a child out of an unshared node, with its reference. */
struct xs_node *xs_node_take_child(struct xs_node *node, uint32_t index);

#endif
