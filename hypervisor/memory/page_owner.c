// SPDX-License-Identifier: MIT
#include "memory/page_owner.h"

#include "core/errno.h"
#include "core/why.h"
#include "memory/io_memory.h"

struct domain *page_owner_find(struct domain *caller, uint16_t domid)
{
    struct domain *d = NULL;

    if (likely(domid == DOMID_SELF))
        return caller;
    if (domid == DOMID_IO)
        return &device_domain;
    if (domid != caller->id)
        d = domain_find(domid);
    if (!d)
        refuse(-ESRCH, REASON_no_such_domain, caller->id, domid, 0);
    return d;
}

int page_owner_check(const struct domain *caller, const struct domain *owner)
{
    if (likely(owner == caller) || caller->privileged)
        return 0;
    return refuse(-EPERM, REASON_foreign_mapping_denied, caller->id, owner->id, 0);
}
