/* SPDX-License-Identifier: MIT */
/*
 * Using xenstore. The protocol itself needs `string` alone and a page, a way to notify and a way to wait that the
 * caller gives: <guestkit/xenstore_connect.h> has those of a guest.
 *
 * Calls send a request and wait for its answer; watch events that come in meanwhile are kept for
 * xenstore_next_event(). They are for the main loop, not for event handlers: there is one conversation at a time. Functions return 0 or a
 * negative errno unless they say otherwise: the server's, or -XEN_EIO when the server broke the protocol or went away,
 * -XEN_E2BIG when an answer does not fit. `transaction` is 0 for none.
 */
#ifndef GUESTKIT_XENSTORE_CLIENT_H
#define GUESTKIT_XENSTORE_CLIENT_H

#include <abi/io_xenstore.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Watch events kept while they are not asked for; each takes the bytes of its path and token and their zeroes. */
#define XENSTORE_EVENT_BYTES 4096

/* How the other end is reached. */
struct xenstore_wire {
    void (*notify)(void *context); /* the ring has changed */
    /* While held, a notification of the server is remembered until wait(), which then returns at once. */
    void (*hold)(void *context, bool on);
    void (*wait)(void *context); /* until the server has notified us, or for a while */
    void *context;
};

struct xenstore {
    struct xenstore_domain_interface *page;
    struct xenstore_wire wire;
    uint32_t last_id;
    bool broken;
    bool lost; /* events did not fit */
    uint32_t event_bytes;
    char events[XENSTORE_EVENT_BYTES];
};

/* Take up a conversation over a page. Whatever an earlier kernel left unread there is thrown away, its watches too. */
int xenstore_start(struct xenstore *store, struct xenstore_domain_interface *page,
                   const struct xenstore_wire *wire);

/* The value, with a zero after it, into `value`; returns its length. */
int xenstore_read(struct xenstore *store, uint32_t transaction, const char *path, char *value, size_t size);
int xenstore_write(struct xenstore *store, uint32_t transaction, const char *path, const char *value);
int xenstore_mkdir(struct xenstore *store, uint32_t transaction, const char *path);
int xenstore_rm(struct xenstore *store, uint32_t transaction, const char *path);
/* The children's names, each ended by a zero, into `names`; returns their length together. */
int xenstore_list(struct xenstore *store, uint32_t transaction, const char *path, char *names, size_t size);
/* `permissions` as "n0 r5": the owner first. */
int xenstore_set_permissions(struct xenstore *store, uint32_t transaction, const char *path,
                             const char *permissions);

/* Sets *transaction. */
int xenstore_transaction_start(struct xenstore *store, uint32_t *transaction);
/* -XEN_EAGAIN: somebody else was in the way; do it all again. */
int xenstore_transaction_end(struct xenstore *store, uint32_t transaction, bool commit);

/* An event comes at once, and again whenever something at or below the path changes. */
int xenstore_watch(struct xenstore *store, const char *path, const char *token);
int xenstore_unwatch(struct xenstore *store, const char *path, const char *token);
/* Whether xenstore_next_event() is worth a call: cheap, and safe with upcalls masked. */
bool xenstore_event_waits(const struct xenstore *store);
/*
 * The next event, without waiting: its path and token, which are cut to their sizes. False when there is none. When events were lost
 * for want of room, both are "" once: anything may have changed.
 */
bool xenstore_next_event(struct xenstore *store, char *path, size_t path_size, char *token,
                         size_t token_size);

#endif
