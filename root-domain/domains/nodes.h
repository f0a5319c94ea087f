/* SPDX-License-Identifier: MIT */
/* What a domain finds about itself in the store, in the places where xl puts it. */
#ifndef ROOT_DOMAINS_NODES_H
#define ROOT_DOMAINS_NODES_H

#include "domains/domain_list.h"

/* 0 or a negative errno. */
int nodes_write(const struct domain *domain);
/* Everything about the domain, but for what its backends keep. */
void nodes_remove(const struct domain *domain);
void nodes_rename(const struct domain *domain);
/* Of the root domain itself. */
int nodes_write_root(void);

#endif
