/* SPDX-License-Identifier: MIT */
/* Which tree a request works on, whether it may, and the changes it can make there, with their limits. */
#ifndef XS_ACCESS_H
#define XS_ACCESS_H

#include "request.h"

/* The transaction's tree or the store's. */
struct xs_tree *xs_access_tree(const struct xs_request *request);
/*
 * The node of `path`, noted in the transaction. -XEN_EACCES when the caller has not these rights, or, for a node that is
 * not there, not on the nearest one above: it may not find out. -XEN_ENOENT, -XEN_ENOSPC, -XEN_ENOMEM.
 */
int xs_access(const struct xs_request *request, const char *path, unsigned int rights,
              const struct xs_node **node);

/* Make the node, which is not there, and what is missing above it. Fires no watch. -XEN_ENOSPC, -XEN_ENOMEM. */
int xs_access_create(const struct xs_request *request, const char *path);
/* -XEN_ENOSPC, -XEN_ENOMEM. */
int xs_access_set_value(const struct xs_request *request, const char *path, const void *value,
                        uint32_t length);
/* Removes it with all below, firing watches. */
int xs_access_remove(const struct xs_request *request, const char *path);
/* Fires the watches of a path that was made or changed, or leaves that to the end of the transaction. */
void xs_access_changed(const struct xs_request *request, const char *path);

#endif
