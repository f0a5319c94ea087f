/* SPDX-License-Identifier: MIT */
/*
 * Who may do what with a node. The first entry names the owner, who may do everything, and gives the rights of everyone without
 * an entry of his own; each further entry gives one domain's rights. On the wire an entry is a letter and a
 * domain: "n0", "r7", "w7", "b7" (none, read, write, both).
 */
#ifndef XS_PERMISSIONS_H
#define XS_PERMISSIONS_H

#include <abi/types.h>
#include <stdbool.h>

#define XS_MAY_READ 1u
#define XS_MAY_WRITE 2u
#define XS_MAY_OWN 4u /* change permissions */

struct xs_permission {
    domid_t domain;
    uint16_t rights;
};

/* A list of permissions, shared by nodes that inherit it. Never changed once made. */
struct xs_permissions {
    uint32_t references;
    uint32_t count; /* at least 1 */
    struct xs_permission entry[];
};

/* NULL without memory. The new list is referred to once. */
struct xs_permissions *xs_permissions_make(const struct xs_permission *entries, uint32_t count);
struct xs_permissions *xs_permissions_get(struct xs_permissions *list);
void xs_permissions_put(struct xs_permissions *list); /* NULL is allowed */

/* Rights of `domain`, or of `target`, the domain it acts for (its own number when there is none). */
unsigned int xs_permissions_of(const struct xs_permissions *list, domid_t domain, domid_t target);

/* One entry from its text. False when it is none. */
bool xs_permission_parse(const char *text, struct xs_permission *entry);
/* "r65535" and its zero. */
#define XS_PERMISSION_BYTES 8
void xs_permission_format(const struct xs_permission *entry, char text[XS_PERMISSION_BYTES]);

#endif
