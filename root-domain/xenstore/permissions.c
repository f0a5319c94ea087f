/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "permissions.h"

struct xs_permissions *xs_permissions_make(const struct xs_permission *entries, uint32_t count)
{
    struct xs_permissions *list = malloc(sizeof(*list) + count * sizeof(*entries));

    if (list) {
        list->references = 1;
        list->count = count;
        memcpy(list->entry, entries, count * sizeof(*entries));
    }
    return list;
}

struct xs_permissions *xs_permissions_get(struct xs_permissions *list)
{
    list->references++;
    return list;
}

void xs_permissions_put(struct xs_permissions *list)
{
    if (list && --list->references == 0) {
        free(list);
    }
}

unsigned int xs_permissions_of(const struct xs_permissions *list, domid_t domain, domid_t target)
{
    if (list->entry[0].domain == domain || list->entry[0].domain == target) {
        return XS_MAY_READ | XS_MAY_WRITE | XS_MAY_OWN;
    }
    for (uint32_t i = 1; i < list->count; i++) {
        if (list->entry[i].domain == domain || list->entry[i].domain == target) {
            return list->entry[i].rights;
        }
    }
    return list->entry[0].rights;
}

static const char letters[] = "nrwb"; /* at the index of their rights */

bool xs_permission_parse(const char *text, struct xs_permission *entry)
{
    const char *letter = text[0] ? strchr(letters, text[0]) : NULL;
    uint32_t number = 0;

    if (!letter || !text[1]) {
        return false;
    }
    for (text++; *text; text++) {
        if (*text < '0' || *text > '9' || number > 65535) {
            return false;
        }
        number = number * 10 + (uint32_t)(*text - '0');
    }
    if (number > 65535) {
        return false;
    }
    entry->domain = (domid_t)number;
    entry->rights = (uint16_t)(letter - letters);
    return true;
}

void xs_permission_format(const struct xs_permission *entry, char text[XS_PERMISSION_BYTES])
{
    snprintf(text, XS_PERMISSION_BYTES, "%c%u", letters[entry->rights & (XS_MAY_READ | XS_MAY_WRITE)],
             entry->domain);
}
