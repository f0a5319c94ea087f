// SPDX-License-Identifier: MIT
#include "domain/domain_list.h"

#include "core/lock.h"
#include "domain/domain.h"

static struct lock list_lock; /* protects the list; a domain found stays while it is on it */
static struct domain *first;

static struct domain **place_of(uint16_t id)
{
    struct domain **link = &first;

    while (*link && (*link)->id < id)
        link = &(*link)->next;
    return link;
}

bool domain_list_add(struct domain *d)
{
    struct domain **link;
    bool taken;

    lock_take(&list_lock);
    link = place_of(d->id);
    taken = *link && (*link)->id == d->id;
    if (!taken) {
        d->next = *link;
        *link = d;
    }
    lock_release(&list_lock);
    return !taken;
}

void domain_list_remove(struct domain *d)
{
    struct domain **link;

    lock_take(&list_lock);
    link = place_of(d->id);
    if (*link == d)
        *link = d->next;
    lock_release(&list_lock);
}

struct domain *domain_find(uint16_t id)
{
    struct domain *d;

    lock_take(&list_lock);
    d = *place_of(id);
    lock_release(&list_lock);
    return d && d->id == id ? d : NULL;
}

struct domain *domain_list_first(void)
{
    return first;
}
