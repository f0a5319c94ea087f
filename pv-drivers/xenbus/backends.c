/* SPDX-License-Identifier: MIT */
#include <pv/backends.h>
#include <pv/string.h>

#include "nodes.h"

#define NAMES 1024 /* bytes of one directory's list */

static void on_watch(void *argument)
{
    pv_backends_look(argument);
}

/* A device's directory is complete when it says where its frontend is. */
static bool is_complete(struct pv_backends *b, const char *path)
{
    char node[PV_BACKENDS_PATH + 16];
    char value[96];

    return nodes_join(node, sizeof(node), path, "frontend") &&
           b->glue->store_read(b->glue->context, node, value, sizeof(value)) > 0;
}

static void device_seen(struct pv_backends *b, const char *path)
{
    uint32_t free = PV_BACKENDS;

    for (uint32_t i = 0; i < PV_BACKENDS; i++) {
        if (strcmp(b->device[i].path, path) == 0) {
            b->device[i].seen = true;
            return;
        }
        free = b->device[i].path[0] || free < PV_BACKENDS ? free : i;
    }
    if (free == PV_BACKENDS || !is_complete(b, path)) {
        return;
    }
    b->device[free].backend = b->maker->make(b->context, path);
    if (b->device[free].backend) {
        memcpy(b->device[free].path, path, strlen(path) + 1);
        b->device[free].seen = true;
    }
}

/* Calls `found` with the path of each child. */
static void each_child(struct pv_backends *b, const char *directory,
                       void (*found)(struct pv_backends *b, const char *path))
{
    char names[NAMES];
    char path[PV_BACKENDS_PATH];
    int length = b->glue->store_list(b->glue->context, directory, names, sizeof(names));

    for (int at = 0; at < length; at += (int)strlen(names + at) + 1) {
        if (nodes_join(path, sizeof(path), directory, names + at)) {
            found(b, path);
        }
    }
}

static void domain_seen(struct pv_backends *b, const char *path)
{
    each_child(b, path, device_seen);
}

void pv_backends_look(struct pv_backends *b)
{
    for (uint32_t i = 0; i < PV_BACKENDS; i++) {
        b->device[i].seen = false;
    }
    each_child(b, b->directory, domain_seen);
    for (uint32_t i = 0; i < PV_BACKENDS; i++) {
        if (b->device[i].path[0] && !b->device[i].seen && b->maker->end(b->context, b->device[i].backend)) {
            b->device[i].path[0] = 0;
        }
    }
}

int pv_backends_start(struct pv_backends *b, const struct pv_glue *glue, const char *directory,
                      const struct pv_backends_maker *maker, void *context)
{
    *b = (struct pv_backends){.glue = glue, .maker = maker, .context = context, .directory = directory};
    return glue->store_watch(glue->context, directory, on_watch, b);
}
