/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>

#include "path.h"

void xs_path_home(domid_t domain, char home[XS_HOME_BYTES])
{
    snprintf(home, XS_HOME_BYTES, "/local/domain/%u", domain);
}

static bool character_is_legal(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (c && strchr("-/_@", c));
}

static bool is_legal(const char *path)
{
    size_t length = strlen(path);

    if (length > XENSTORE_ABS_PATH_MAX || strstr(path, "//") || (length > 1 && path[length - 1] == '/')) {
        return false;
    }
    for (; *path; path++) {
        if (!character_is_legal(*path)) {
            return false;
        }
    }
    return true;
}

bool xs_path_is_valid(const char *path)
{
    return path[0] == '/' && is_legal(path);
}

bool xs_path_is_special(const char *path)
{
    return path[0] == '@';
}

bool xs_path_resolve(domid_t domain, const char *given, bool special, char path[XS_PATH_BYTES])
{
    size_t length = strlen(given);
    size_t home = 0;

    if (xs_path_is_special(given)) {
        if (!special || !is_legal(given) || strchr(given, '/')) {
            return false;
        }
    } else if (given[0] != '/') {
        if (!length || length > XENSTORE_REL_PATH_MAX) {
            return false;
        }
        xs_path_home(domain, path);
        home = strlen(path);
        path[home++] = '/';
    }
    if (home + length >= XS_PATH_BYTES) {
        return false;
    }
    memcpy(path + home, given, length + 1);
    return xs_path_is_special(path) || xs_path_is_valid(path);
}

void xs_path_to_parent(char *path)
{
    char *slash = strrchr(path, '/');

    slash[slash == path ? 1 : 0] = 0;
}

const char *xs_path_leaf(const char *path)
{
    return strrchr(path, '/') + 1;
}

bool xs_path_is_within(const char *path, const char *top)
{
    size_t length = strlen(top);

    if (xs_path_is_special(path) || xs_path_is_special(top)) {
        return strcmp(path, top) == 0;
    }
    return length == 1 || (strncmp(path, top, length) == 0 && (!path[length] || path[length] == '/'));
}
