/* SPDX-License-Identifier: MIT */
/* A guest's connection to xenstore. Needs `xenstore_client`, `xenstore`, `events`, `hypercall`. */
#ifndef GUESTKIT_XENSTORE_CONNECT_H
#define GUESTKIT_XENSTORE_CONNECT_H

#include <abi/guest.h>
#include <guestkit/xenstore_client.h>

/*
 * Connect over the page and the port that start_info names; `store` is set up here. `noticed`, if not NULL, is called in the event
 * handler: the main loop should look for watch events. -XEN_ENODEV for a domain that has no store. Again after a resume.
 */
int xenstore_connect(struct xenstore *store, const start_info_t *info, void (*noticed)(void));

#endif
