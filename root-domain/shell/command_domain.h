/* SPDX-License-Identifier: MIT */
/* What the commands about one domain share. */
#ifndef ROOT_SHELL_COMMAND_DOMAIN_H
#define ROOT_SHELL_COMMAND_DOMAIN_H

#include <abi/guest.h>

#include "domains/domains.h"

/* The domain a word names; when there is none, that is said and NULL returned. */
struct domain *named_domain(const char *command, const char *word);
/* The same with the root domain allowed; false when there is none. */
bool named_domid(const char *command, const char *word, domid_t *domid);
/* "r-----" and so on, and the word for it. */
void domain_state(const xen_domctl_getdomaininfo_t *info, char letters[7], const char **word);
/* Domain-0, the name in the record, or (unknown). */
const char *domain_name(domid_t domid);

#endif
