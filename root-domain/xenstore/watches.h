/* SPDX-License-Identifier: MIT */
/*
 * Watches. A connection that watches a path is told of each change at the path or below it, and of the
 * removal of the path with something above it, by a message with the changed path and the watch's token. It is told only of nodes that it
 * may read, or whose parent it may read.
 */
#ifndef XS_WATCHES_H
#define XS_WATCHES_H

#include "state.h"

/*
 * `path` is absolute; its first `shown` bytes are left out in what the connection is told. -XEN_EEXIST, -XEN_E2BIG
 * (quota), -XEN_ENOMEM.
 */
int xs_watch_add(struct xs_connection *connection, const char *path, uint32_t shown, const char *token);
/* The first event of a new watch, for its own path. */
void xs_watch_fire_first(struct xs_connection *connection);
/* -XEN_ENOENT. */
int xs_watch_remove(struct xs_connection *connection, const char *path, const char *token);
void xs_watch_remove_all(struct xs_connection *connection);

/* Tell of a change at `path` in `tree`. `old` are the permissions the node had before, if it was there. */
void xs_watch_fire(struct xs_store *store, const struct xs_tree *tree, const char *path,
                   const struct xs_permissions *old);
/* Tell those who watch something below `path` that it went with it. `tree` is as it was before. */
void xs_watch_fire_below(struct xs_store *store, const struct xs_tree *tree, const char *path);
/* Remove a node of the store's tree, with all below, and tell. -XEN_ENOMEM. */
int xs_watch_remove_node(struct xs_store *store, const char *path);
/* @introduceDomain or @releaseDomain. */
void xs_watch_fire_special(struct xs_store *store, const char *name);

#endif
