/* SPDX-License-Identifier: MIT */
/* The connections of a store. The rest of what they do is in <xenstore.h>. */
#ifndef XS_DOMAINS_H
#define XS_DOMAINS_H

#include "state.h"

/* NULL when the domain is not introduced. */
struct xs_connection *xs_connection_find(const struct xs_store *store, domid_t domain);
/* A connection without a ring, of this domain. NULL without memory. */
struct xs_connection *xs_connection_open(struct xs_store *store, domid_t domain, bool privileged);
/* Ends its watches and transactions and forgets what was not sent. */
void xs_connection_reset(struct xs_connection *connection);
void xs_connection_close(struct xs_connection *connection);

#endif
