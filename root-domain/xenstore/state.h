/* SPDX-License-Identifier: MIT */
/*
 * What the server's files share: the store and its connections. Only files of this folder include it.
 */
#ifndef XS_STATE_H
#define XS_STATE_H

#include <abi/xen.h>

#include "tree.h"
#include "xenstore.h"

/* A message on its way out. */
struct xs_message {
    struct xs_message *next;
    struct xsd_sockmsg header;
    uint32_t sent; /* bytes of header and data that are in the ring already */
    char data[];
};

struct xs_queue {
    struct xs_message *first, **last;
    uint32_t replies, events;
};

struct xs_watch {
    struct xs_watch *next;
    uint32_t shown; /* where the path starts as its owner gave it: past the home of a relative one */
    char *token;
    char path[];
};

/* What a transaction has looked at or changed. */
struct xs_touched {
    struct xs_touched *next;
    bool changed;
    char path[];
};

struct xs_transaction {
    struct xs_transaction *next;
    uint32_t id;
    uint32_t touched_count;
    int32_t nodes; /* that the connection's domain gained in it */
    domid_t domain;
    struct xs_tree start;   /* as it was */
    struct xs_tree working; /* with the transaction's changes */
    struct xs_touched *touched, **last_touched;
};

/* Ring input: a header, then its data. Indices are our own: the page's can be changed by the domain at any time. */
struct xs_ring {
    struct xenstore_domain_interface *page; /* NULL: a local connection */
    XENSTORE_RING_IDX req_cons, rsp_prod;
    uint32_t received; /* bytes of header and data */
    struct xsd_sockmsg header;
    char data[XENSTORE_PAYLOAD_MAX + 1]; /* a zero always follows */
    xs_notify *notify;
    void *context;
};

struct xs_connection {
    struct xs_connection *next;
    struct xs_store *store;
    domid_t domain;
    domid_t target; /* the domain this one acts for; itself when none */
    bool privileged;
    const char *stopped; /* the reason */
    bool cut_off;        /* it has been told, and holds nothing any more */
    struct xs_watch *watches;
    struct xs_transaction *transactions;
    uint32_t watch_count, transaction_count;
    uint32_t next_transaction;
    struct xs_queue out;
    struct xs_ring *ring; /* NULL: local */
};

struct xs_store {
    struct xs_quota quota;
    struct xs_tree tree;
    uint64_t generation;
    struct xs_connection *connections;
    struct xs_permissions *introduce, *release; /* of the special names */
    xs_introducer *introducer;
    void *introducer_context;
    uint32_t nodes[DOMID_FIRST_RESERVED]; /* owned by each domain */
};

#endif
