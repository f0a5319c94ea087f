// SPDX-License-Identifier: MIT
/* All domains there are, in ascending order of their numbers. domain_find() in domain/domain.h looks one up. */
#ifndef RINGLET_DOMAIN_DOMAIN_LIST_H
#define RINGLET_DOMAIN_DOMAIN_LIST_H

#include "core/domain.h"

/* False when the number is taken. */
bool domain_list_add(struct domain *d);
void domain_list_remove(struct domain *d);
/* The first one; the others by their `next`. */
struct domain *domain_list_first(void);

#endif
