/* SPDX-License-Identifier: MIT */
/*
 * The page a domain shares with xenstore. Needs `page_updates`; whoever speaks the protocol sits on top.
 */
#ifndef GUESTKIT_XENSTORE_H
#define GUESTKIT_XENSTORE_H

#include <abi/guest.h>

/* Map the page start_info names. NULL for a domain that has none (the initial one), or when it cannot be mapped. Again after a resume. */
void *xenstore_map(const start_info_t *info);
/* The event channel to and from xenstore, for event_attach() and event_send(). */
uint32_t xenstore_port(const start_info_t *info);

#endif
