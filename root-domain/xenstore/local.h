/* SPDX-License-Identifier: MIT */
/*
 * The store, used from the domain it runs in: by the builder, by the shell, by backends here. A local connection may do everything, as domain 0.
 * Calls answer at once. What they change for other domains is in those domains' rings when the call returns.
 * Functions return 0 (or what they say) or a negative errno of <abi/errno.h>; `transaction` is 0 for none.
 */
#ifndef ROOT_DOMAIN_XENSTORE_LOCAL_H
#define ROOT_DOMAIN_XENSTORE_LOCAL_H

#include "xenstore.h"

struct xs_connection;

/* NULL without memory. */
struct xs_connection *xs_local_open(struct xs_store *store);
/* One that speaks for a domain with that domain's rights, such as a test does. */
struct xs_connection *xs_local_open_as(struct xs_store *store, domid_t domain);
void xs_local_close(struct xs_connection *local);

/* The value and a zero after it, into `value`. Returns its length; -XEN_E2BIG when it does not fit. */
int xs_local_read(struct xs_connection *local, uint32_t transaction, const char *path, char *value,
                  size_t size);
/* Makes the node and those above it if need be. */
int xs_local_write(struct xs_connection *local, uint32_t transaction, const char *path, const char *value);
int xs_local_write_bytes(struct xs_connection *local, uint32_t transaction, const char *path,
                         const void *value, size_t length);
int xs_local_mkdir(struct xs_connection *local, uint32_t transaction, const char *path);
int xs_local_rm(struct xs_connection *local, uint32_t transaction, const char *path);

/* Hand each child's name to `each`, in order, until it returns false. The tree must not be changed meanwhile. */
typedef bool xs_each(void *context, const char *name);
int xs_local_list(struct xs_connection *local, uint32_t transaction, const char *path, xs_each *each,
                  void *context);

/* Permissions as one text with spaces: "n0 r5". */
int xs_local_get_perms(struct xs_connection *local, uint32_t transaction, const char *path, char *text,
                       size_t size);
int xs_local_set_perms(struct xs_connection *local, uint32_t transaction, const char *path, const char *text);

/* Sets *transaction, which is not 0. */
int xs_local_transaction_start(struct xs_connection *local, uint32_t *transaction);
/* -XEN_EAGAIN: others were in the way; do it all again. */
int xs_local_transaction_end(struct xs_connection *local, uint32_t transaction, bool commit);

int xs_local_watch(struct xs_connection *local, const char *path, const char *token);
int xs_local_unwatch(struct xs_connection *local, const char *path, const char *token);
/* Hand the next event to `told`, which may use the connection. False when there is none. */
typedef void xs_told(void *context, const char *path, const char *token);
bool xs_local_next_event(struct xs_connection *local, xs_told *told, void *context);

/* Any request: XS_ type, data; the reply's bytes into `reply`. Returns the reply's length. */
int xs_local_request(struct xs_connection *local, uint32_t type, uint32_t transaction, const void *data,
                     size_t length, char *reply, size_t size);

#endif
