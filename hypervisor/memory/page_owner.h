// SPDX-License-Identifier: MIT
/* The domain whose frames a call is about, by the number the caller gave. */
#ifndef RINGLET_MEMORY_PAGE_OWNER_H
#define RINGLET_MEMORY_PAGE_OWNER_H

#include "core/domain.h"

/*
 * DOMID_SELF is the caller, DOMID_IO stands for frames that are not RAM, anything else is another domain's number: the
 * caller's own is not accepted, as the reference does not. NULL, with the reason recorded for -ESRCH.
 */
struct domain *page_owner_find(struct domain *caller, uint16_t domid);

/* 0, or -EPERM: only a privileged domain acts on another one. */
int page_owner_check(const struct domain *caller, const struct domain *owner);

#endif
