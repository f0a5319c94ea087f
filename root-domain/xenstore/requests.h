/* SPDX-License-Identifier: MIT */
/* From a message to the function that carries it out. */
#ifndef XS_REQUESTS_H
#define XS_REQUESTS_H

#include "state.h"

/*
 * Carry out a request of header->len bytes, at most XENSTORE_PAYLOAD_MAX, with a zero after them. One reply, or an error, is put in the
 * connection's queue, unless the connection is stopped for want of memory.
 */
void xs_request(struct xs_connection *connection, const struct xsd_sockmsg *header, const char *data);

#endif
