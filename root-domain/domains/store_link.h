/* SPDX-License-Identifier: MIT */
/*
 * The store, and the domains' ways into it: pages mapped here, event channels, and the toolstack's own connection.
 */
#ifndef ROOT_DOMAINS_STORE_LINK_H
#define ROOT_DOMAINS_STORE_LINK_H

#include <abi/guest.h>

#include "loop.h"
#include "xenstore/local.h"

struct store_link {
    bool open;
    domid_t domid;
    uint32_t port;
    void *page;
    struct loop_source source;
};

/* 0, or -XEN_ENOMEM. */
int store_init(void);
/* The toolstack's connection: may do everything. */
struct xs_connection *store_local(void);

/* Lets a domain use the store through its page. 0 or a negative errno. */
int store_link_open(struct store_link *link, domid_t domid, uint32_t mfn, uint32_t remote_port);
void store_link_close(struct store_link *link);

/*
 * Call `told` whenever something at or below `path` changes, and once at the start. `token` tells watches apart; it must be new, and
 * stay valid. 0 or a negative errno.
 */
struct store_watch {
    const char *path, *token;
    void (*told)(void *context, const char *path);
    void *context;
    struct store_watch *next;
};
int store_watch_open(struct store_watch *watch);
void store_watch_close(struct store_watch *watch);

/* After changes by the toolstack itself: its own watches are looked at soon. */
void store_changed(void);

/* As printf, to a node: 0 or a negative errno. */
int store_write(const char *path, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
