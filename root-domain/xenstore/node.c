/* SPDX-License-Identifier: MIT */
#include <abi/errno.h>
#include <stdlib.h>
#include <string.h>

#include "node.h"

struct xs_node *xs_node_make(const char *name, size_t length, struct xs_permissions *permissions)
{
    struct xs_node *node = calloc(1, sizeof(*node) + length + 1);

    if (node) {
        node->references = 1;
        node->permissions = xs_permissions_get(permissions);
        memcpy(node->name, name, length);
    }
    return node;
}

/* Room grows by powers of two, so it follows from the number of children. */
static uint32_t child_room(uint32_t children)
{
    uint32_t room = 4;

    while (room < children) {
        room *= 2;
    }
    return children ? room : 0;
}

static bool copy_contents(struct xs_node *copy, const struct xs_node *node)
{
    if (node->children) {
        copy->child = malloc(child_room(node->children) * sizeof(struct xs_node *));
        if (!copy->child) {
            return false;
        }
    }
    if (node->length) {
        copy->value = malloc(node->length);
        if (!copy->value) {
            return false;
        }
        memcpy(copy->value, node->value, node->length);
    }
    return true;
}

struct xs_node *xs_node_clone(const struct xs_node *node)
{
    struct xs_node *copy = xs_node_make(node->name, strlen(node->name), node->permissions);

    if (!copy) {
        return NULL;
    }
    if (!copy_contents(copy, node)) {
        xs_node_put(copy);
        return NULL;
    }
    copy->generation = node->generation;
    copy->length = node->length;
    copy->name_bytes = node->name_bytes;
    copy->children = node->children;
    for (uint32_t i = 0; i < node->children; i++) {
        copy->child[i] = node->child[i];
        copy->child[i]->references++;
    }
    return copy;
}

/* Nodes whose last reference went wait in a list linked through `value`, since recursion could go as deep as the tree. */
void xs_node_put(struct xs_node *node)
{
    struct xs_node *dead = NULL;

    if (!node || --node->references) {
        return;
    }
    free(node->value);
    node->value = NULL;
    for (dead = node; dead; dead = node) {
        node = (struct xs_node *)dead->value;
        for (uint32_t i = 0; i < dead->children; i++) {
            struct xs_node *child = dead->child[i];

            if (--child->references == 0) {
                free(child->value);
                child->value = (char *)node;
                node = child;
            }
        }
        xs_permissions_put(dead->permissions);
        free(dead->child);
        free(dead);
    }
}

/* As strcmp(), of a name that ends at `length`. */
static int compare(const char *name, size_t length, const char *other)
{
    int order = strncmp(name, other, length);

    return order ? order : -(other[length] != 0);
}

uint32_t xs_node_child_index(const struct xs_node *node, const char *name, size_t length, bool *found)
{
    uint32_t low = 0;
    uint32_t high = node->children;

    *found = false;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = compare(name, length, node->child[middle]->name);

        if (order == 0) {
            *found = true;
            return middle;
        }
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

int xs_node_add_child(struct xs_node *node, uint32_t index, struct xs_node *child)
{
    if (child_room(node->children + 1) != child_room(node->children)) {
        struct xs_node **grown =
            realloc(node->child, child_room(node->children + 1) * sizeof(struct xs_node *));

        if (!grown) {
            return -XEN_ENOMEM;
        }
        node->child = grown;
    }
    memmove(&node->child[index + 1], &node->child[index],
            (node->children - index) * sizeof(struct xs_node *));
    node->child[index] = child;
    node->children++;
    node->name_bytes += (uint32_t)strlen(child->name) + 1;
    return 0;
}

struct xs_node *xs_node_take_child(struct xs_node *node, uint32_t index)
{
    struct xs_node *child = node->child[index];

    node->children--;
    node->name_bytes -= (uint32_t)strlen(child->name) + 1;
    memmove(&node->child[index], &node->child[index + 1],
            (node->children - index) * sizeof(struct xs_node *));
    return child;
}
