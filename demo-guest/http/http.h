// SPDX-License-Identifier: MIT
/*
 * One HTTP/1.1 connection (RFC 9110, RFC 9112), fed and drained by whoever has the socket.
 *
 *     bytes from the client --> http_input() --> handler(connection) --> http_answer() --> http_output() --> client
 *
 * A connection does one request at a time: http_input() takes no more bytes while an answer is due, and the socket's
 * window does the rest. A handler may keep the connection and answer later. The client may leave meanwhile: the
 * connection stays valid until it is answered, and the answer goes nowhere.
 */
#ifndef DEMO_HTTP_H
#define DEMO_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_TARGET_MAX 1024u        /* bytes of a decoded target; longer ones get 414 */
#define HTTP_HEADERS_MAX 8192u       /* bytes of request line and headers; more gets 431 */
#define HTTP_BODY_MAX (1024 * 1024u) /* bytes of a request's body; more gets 413 */

enum http_method {
    HTTP_METHOD_GET,
    HTTP_METHOD_HEAD,
    HTTP_METHOD_PUT,
    HTTP_METHOD_DELETE,
    HTTP_METHOD_OTHER
};

/* What an answer's bytes come from. All zero: no bytes. */
struct http_body {
    /*
     * Copies up to `size` bytes (at least 1) from `offset` to `to`. Returns how many; 0 when they are not there yet,
     * in which case http_wake() follows; negative when they never will be, and the connection is cut. It may keep to
     * ascending offsets.
     */
    long (*read)(void *context, uint64_t offset, void *to, size_t size);
    void (*close)(void *context); /* called once, when no more is read; NULL for nothing to do */
    void *context;
    uint64_t size;
};

struct http_connection;

struct http_request {
    enum http_method method;
    const char
        *target; /* the path, percent-decoded, without the query; begins with a slash, has no NUL inside */
    const uint8_t *content;
    size_t content_size;
};

struct http_answer {
    unsigned status;
    const char *type;    /* Content-Type; NULL for none */
    const char *headers; /* more header lines, each with its CRLF; NULL for none */
    bool ranges;         /* a range of the body may be asked for */
    struct http_body body;
};

/* Answers now, or keeps `connection` and answers later. `request` is valid until the answer. */
typedef void http_handler(struct http_connection *connection, const struct http_request *request);

struct http_server {
    http_handler *handler;
    /* There is something for http_output() again. Also called from inside http_input(), when the handler answers at once. */
    void (*wake)(struct http_connection *connection, void *socket);
    size_t content_limit; /* bytes of request bodies held at one time by all connections; beyond it, 503 */
    size_t content_held;
};

/* A connection for `socket`, or NULL when memory is short. */
struct http_connection *http_open(struct http_server *server, void *socket);
/* The client is gone, or http_finished() said so. */
void http_close(struct http_connection *connection);

/* Takes bytes from the client, and returns how many it took: fewer than `size` while an answer is due. http_output() may
 * have something after it. */
size_t http_input(struct http_connection *connection, const void *bytes, size_t size);
/* Puts up to `size` bytes (at least 1) for the client into `to` and returns how many: 0 when there are none now. */
size_t http_output(struct http_connection *connection, void *to, size_t size);
/* Everything was sent and the connection is to be closed. */
bool http_finished(const struct http_connection *connection);
/* A request came in and is not answered to its last byte. */
bool http_busy(const struct http_connection *connection);

/* Once for each request that a handler was given. The body is closed in any case, at the latest with the connection. */
void http_answer(struct http_connection *connection, const struct http_answer *answer);
/* An answer of one plain sentence; the usual one of `status` when `sentence` is NULL. */
void http_answer_text(struct http_connection *connection, unsigned status, const char *sentence);
/* For a body whose read() returned 0 and that was not closed since: there is more now. */
void http_wake(struct http_connection *connection);

/* A body that is `size` bytes at `bytes`, which stay there until it is closed. */
struct http_body http_body_constant(const void *bytes, size_t size);
/* A body that is malloc()ed bytes, which it frees. */
struct http_body http_body_take(void *bytes, size_t size);
/* A body with its own copy of the bytes; without bytes when memory is short. */
struct http_body http_body_copy(const void *bytes, size_t size);

#endif
