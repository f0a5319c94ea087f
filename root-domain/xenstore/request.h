/* SPDX-License-Identifier: MIT */
/* A request, as those who carry it out see it. */
#ifndef XS_REQUEST_H
#define XS_REQUEST_H

#include "state.h"

struct xs_request {
    struct xs_connection *connection;
    struct xs_transaction *transaction; /* NULL: none */
    const struct xsd_sockmsg *header;
    const char *data; /* header->len bytes; a zero follows */
};

/* Carries a request out and replies. A negative errno when it cannot: then nothing has been replied or changed. */
typedef int xs_handler(struct xs_request *request);

/* Replies; a reply that finds no memory stops the connection. */
void xs_reply(const struct xs_request *request, const void *data, size_t length);
void xs_reply_ok(const struct xs_request *request);
void xs_reply_text(const struct xs_request *request, const char *text);

/*
 * The strings that the data consist of, each ended by a zero, the first `limit` of them; returns how many there are in
 * all, or 0 when the last one has no end.
 */
uint32_t xs_strings(const struct xs_request *request, const char **strings, uint32_t limit);
/* A decimal number alone. */
bool xs_number(const char *text, uint64_t *number);
/* A domain's number. */
bool xs_domain_number(const char *text, domid_t *domain);

#endif
