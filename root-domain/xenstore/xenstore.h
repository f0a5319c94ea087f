/* SPDX-License-Identifier: MIT */
/*
 * The xenstore server. One thread; nothing here blocks or calls back into the caller except through the functions
 * given to it. Functions that can fail return 0 or a negative errno of <abi/errno.h>.
 *
 * A server of domains does three things: xs_introduce() when a domain is built, xs_domain_run() when its event
 * channel fires, xs_release() when it is gone. Reference: io/xs_wire.h and the reference's xenstore documents.
 */
#ifndef ROOT_DOMAIN_XENSTORE_H
#define ROOT_DOMAIN_XENSTORE_H

#include <abi/io_xenstore.h>
#include <abi/types.h>
#include <stdbool.h>
#include <stddef.h>

struct xs_store;

/* What an unprivileged domain may use. The privileged one has no limits but memory. */
struct xs_quota {
    uint32_t nodes;             /* that it owns, in the whole tree */
    uint32_t node_bytes;        /* value, permissions and names of children of one node */
    uint32_t permissions;       /* entries of one node */
    uint32_t watches;           /* at a time */
    uint32_t transactions;      /* at a time */
    uint32_t transaction_nodes; /* that one transaction has touched */
    uint32_t replies;           /* not yet taken from the ring; no more requests are read meanwhile */
    uint32_t events;            /* watch events not yet taken; at one more the connection is stopped */
};
extern const struct xs_quota xs_quota_default;

/* The event channel of a connection: its ring has changed. */
typedef void xs_notify(void *context);

/*
 * How XS_INTRODUCE from a privileged domain that is not this one is carried out: map frame `frame` of `domain`, bind `port`, then
 * call xs_introduce(). Returns 0 or a negative errno.
 */
typedef int xs_introducer(void *context, domid_t domain, uint64_t frame, uint32_t port);

/* An empty store, with "/" owned by domain 0 and readable by nobody else. NULL without memory. `quota` is copied; NULL is the default. */
struct xs_store *xs_store_create(const struct xs_quota *quota);
void xs_store_destroy(struct xs_store *store);
/* Without one, XS_INTRODUCE from outside is refused with ENOSYS. */
void xs_store_set_introducer(struct xs_store *store, xs_introducer *introducer, void *context);

/*
 * A domain may now use the store through `page`, which stays the caller's and must stay mapped until xs_release().
 * Fires @introduceDomain. A domain introduced again gets a fresh connection over the new page. Returns -XEN_ENOMEM, or
 * -XEN_EINVAL for a domid that cannot be a domain's.
 */
int xs_introduce(struct xs_store *store, domid_t domain, struct xenstore_domain_interface *page,
                 xs_notify *notify, void *context);
/*
 * The domain is gone, or is to be cut off: its watches and transactions end, nodes it owns are removed with what is below
 * them, and other nodes forget permissions it had. Fires @releaseDomain. The page is not touched again. -XEN_ENOENT if it
 * was not introduced.
 */
int xs_release(struct xs_store *store, domid_t domain);
bool xs_is_introduced(const struct xs_store *store, domid_t domain);
/* Say to those who watch @releaseDomain that a domain has shut down, though it is still there. */
void xs_domain_shut_down(struct xs_store *store, domid_t domain);
/* The domain may do what domain 0 may. -XEN_ENOENT. */
int xs_domain_set_privileged(struct xs_store *store, domid_t domain, bool privileged);

/*
 * Serve the domain's ring: read requests, answer them, hand out watch events (other domains' too). At most a few requests
 * are served at a time; true means that more are waiting, so call again after others had their turn.
 */
bool xs_domain_run(struct xs_store *store, domid_t domain);
/* Why the domain's connection was stopped (it broke the protocol), or NULL while it works. Introduce the domain again to start anew. */
const char *xs_domain_stopped(const struct xs_store *store, domid_t domain);

/* For listings and tests: what the domain uses now. */
struct xs_usage {
    uint32_t nodes, watches, transactions, replies, events;
};
struct xs_usage xs_domain_usage(const struct xs_store *store, domid_t domain);

#endif
