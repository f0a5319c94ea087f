// SPDX-License-Identifier: MIT
/* A connection's parts, for the files of this folder. */
#ifndef DEMO_HTTP_CONNECTION_STATE_H
#define DEMO_HTTP_CONNECTION_STATE_H

#include <llhttp.h>

#include "http.h"

#define HTTP_HEAD_MAX 1024u
#define HTTP_RANGE_MAX 64u

enum http_state {
    HTTP_READING,   /* a request comes in, or none yet */
    HTTP_ANSWERING, /* the handler has it */
    HTTP_SENDING,   /* head, then body */
    HTTP_DONE       /* nothing more is read or sent */
};

struct http_connection {
    struct http_server *server;
    void *socket;
    bool open; /* http_close() was not called yet */
    enum http_state state;

    /* The request. */
    llhttp_t parser;
    unsigned refusal; /* status found while reading; the handler is not asked then */
    bool expects_continue, skips_range, last;
    size_t header_size;
    unsigned hosts; /* Host lines: HTTP/1.1 wants just one (RFC 9112, 3.2) */
    char target[HTTP_TARGET_MAX + 1];
    size_t target_size;
    char name[24], value[HTTP_RANGE_MAX]; /* the header line being read, as far as it is of use */
    size_t name_size, value_size;
    char range[HTTP_RANGE_MAX];
    uint8_t *content;
    size_t content_size, content_room;

    /* The answer. */
    char head[HTTP_HEAD_MAX];
    size_t head_size, head_sent;
    struct http_body body;
    uint64_t body_next, body_end;
};

/* Writes the answer's head; the body is to be sent from body_next to body_end. */
void http_write_head(struct http_connection *connection, const struct http_answer *answer);
/* The usual words for a status: "Not Found". */
const char *http_status_words(unsigned status);

#endif
