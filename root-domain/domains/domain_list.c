// SPDX-License-Identifier: MIT
#include "domain_list.h"

#include <stdlib.h>
#include <string.h>

static struct domain *first;

struct domain *domain_first(void)
{
    return first;
}

struct domain *domain_with_id(domid_t domid)
{
    struct domain *at = first;

    while (at && at->domid != domid)
        at = at->next;
    return at;
}

struct domain *domain_find(const char *name_or_id)
{
    char *end;
    unsigned long id = strtoul(name_or_id, &end, 10);

    if (*name_or_id && !*end)
        return id < DOMID_FIRST_RESERVED ? domain_with_id((domid_t)id) : NULL;
    for (struct domain *at = first; at; at = at->next)
        if (!strcmp(at->name, name_or_id))
            return at;
    return NULL;
}

void domain_list_add(struct domain *domain)
{
    struct domain **at = &first;

    while (*at && (*at)->domid < domain->domid)
        at = &(*at)->next;
    domain->next = *at;
    *at = domain;
}

void domain_list_remove(struct domain *domain)
{
    for (struct domain **at = &first; *at; at = &(*at)->next)
        if (*at == domain) {
            *at = domain->next;
            return;
        }
}
