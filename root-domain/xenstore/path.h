/* SPDX-License-Identifier: MIT */
/*
 * Paths: "/a/b" names a node, "a/b" one below the caller's own /local/domain/N, "@name" something that
 * happens to the store itself.
 */
#ifndef XS_PATH_H
#define XS_PATH_H

#include <abi/io_xenstore.h>
#include <stdbool.h>

/* Room for any path the store handles, with its final zero. */
#define XS_PATH_BYTES (XENSTORE_ABS_PATH_MAX + 1)

/* Room for "/local/domain/N". */
#define XS_HOME_BYTES 24
void xs_path_home(domid_t domain, char home[XS_HOME_BYTES]);

/* An absolute path of legal characters, without empty parts and a slash at the end. */
bool xs_path_is_valid(const char *path);
bool xs_path_is_special(const char *path);
/*
 * The absolute form of a path that `domain` gave, into `path`. False when it is not legal. Special names come through when `special` allows them.
 */
bool xs_path_resolve(domid_t domain, const char *given, bool special, char path[XS_PATH_BYTES]);

/* Cut the last part off: "/a/b" becomes "/a", "/a" becomes "/". Not for "/" itself. */
void xs_path_to_parent(char *path);
/* The last part of a path. */
const char *xs_path_leaf(const char *path);
/* Whether `path` is `top` or below it. */
bool xs_path_is_within(const char *path, const char *top);

#endif
