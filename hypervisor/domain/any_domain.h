// SPDX-License-Identifier: MIT
/* Which domain a call means, where the reference accepts DOMID_SELF, the caller's own number, or another's. */
#ifndef RINGLET_DOMAIN_ANY_DOMAIN_H
#define RINGLET_DOMAIN_ANY_DOMAIN_H

#include <abi/xen.h>

#include "core/why.h"
#include "domain/domain.h"

/* 0; -ESRCH: there is none; -EPERM: it is not the caller's to act on. The reason is recorded. */
static inline int any_domain_find(struct domain **out, struct domain *caller, uint16_t domid)
{
    *out = domid == DOMID_SELF || domid == caller->id ? caller : domain_find(domid);
    if (unlikely(!*out))
        return refuse(-ESRCH, REASON_no_such_domain, caller->id, domid, 0);
    if (unlikely(*out != caller && !caller->privileged))
        return refuse(-EPERM, REASON_not_privileged, caller->id, domid, 0);
    return 0;
}

#endif
