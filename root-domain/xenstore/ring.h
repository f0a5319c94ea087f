/* SPDX-License-Identifier: MIT */
/* A connection's ring: bytes in and out of a page that the domain can change at any time. */
#ifndef XS_RING_H
#define XS_RING_H

#include "state.h"

/*
 * Put out what fits, then take in requests and carry them out, `limit` of them at most. Returns whether more could be done
 * at once. The domain is notified if its ring changed.
 */
bool xs_ring_serve(struct xs_connection *connection, unsigned int limit);
/* Only put out what fits. */
void xs_ring_flush(struct xs_connection *connection);

#endif
