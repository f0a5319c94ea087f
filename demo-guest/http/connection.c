// SPDX-License-Identifier: MIT
#include "connection_state.h"

#include <stdlib.h>
#include <string.h>

#include "parser.h"

struct http_connection *http_open(struct http_server *server, void *socket)
{
    struct http_connection *c = calloc(1, sizeof(*c));

    if (!c)
        return NULL;
    c->server = server;
    c->socket = socket;
    c->open = true;
    llhttp_init(&c->parser, HTTP_REQUEST, &http_callbacks);
    c->parser.data = c;
    return c;
}

static void close_body(struct http_connection *c)
{
    if (c->body.close)
        c->body.close(c->body.context);
    c->body = (struct http_body){0};
}

void http_close(struct http_connection *c)
{
    c->open = false;
    if (c->state == HTTP_ANSWERING)
        return; /* http_answer() comes back to it */
    close_body(c);
    http_drop_content(c);
    free(c);
}

static enum http_method method_of(const llhttp_t *parser)
{
    switch (parser->method) {
    case HTTP_GET: return HTTP_METHOD_GET;
    case HTTP_HEAD: return HTTP_METHOD_HEAD;
    case HTTP_PUT: return HTTP_METHOD_PUT;
    case HTTP_DELETE: return HTTP_METHOD_DELETE;
    default: return HTTP_METHOD_OTHER;
    }
}

static void handle(struct http_connection *c)
{
    struct http_request request = {
        .method = method_of(&c->parser),
        .target = c->target,
        .content = c->content,
        .content_size = c->content_size,
    };

    c->state = HTTP_ANSWERING;
    if (!c->refusal && request.method == HTTP_METHOD_OTHER)
        c->refusal = 501;
    if (c->refusal)
        http_answer_text(c, c->refusal, NULL);
    else
        c->server->handler(c, &request);
}

size_t http_input(struct http_connection *c, const void *bytes, size_t size)
{
    const char *at = bytes;
    llhttp_errno_t error;

    if (c->state != HTTP_READING)
        return c->state == HTTP_DONE ? size : 0;
    error = llhttp_execute(&c->parser, at, size);
    if (error == HPE_OK)
        return size;
    if (error == HPE_PAUSED) {
        size = (size_t)(llhttp_get_error_pos(&c->parser) - at);
        llhttp_resume(&c->parser);
    } else if (error == HPE_PAUSED_UPGRADE) {
        c->last = true; /* CONNECT or an upgrade that we do not do: what follows is not HTTP */
        http_refuse(c, 501);
    } else {
        c->last = true;
        http_refuse(c, 400);
    }
    handle(c);
    return size;
}

void http_answer(struct http_connection *c, const struct http_answer *answer)
{
    http_drop_content(c);
    if (!c->open) {
        c->body = answer->body;
        close_body(c);
        free(c);
        return;
    }
    http_write_head(c, answer);
    c->state = HTTP_SENDING;
    c->server->wake(c, c->socket);
}

void http_wake(struct http_connection *c)
{
    c->server->wake(c, c->socket);
}

static void finish(struct http_connection *c)
{
    close_body(c);
    c->head_size = c->head_sent = c->header_size = c->target_size = 0;
    c->state = c->last ? HTTP_DONE : HTTP_READING;
}

size_t http_output(struct http_connection *c, void *to, size_t size)
{
    size_t have = 0;
    uint64_t left;

    if (c->head_sent < c->head_size) {
        have = c->head_size - c->head_sent < size ? c->head_size - c->head_sent : size;
        memcpy(to, c->head + c->head_sent, have);
        c->head_sent += have;
    }
    if (c->state != HTTP_SENDING || c->head_sent < c->head_size)
        return have;
    left = c->body_end - c->body_next;
    if (left && have < size) {
        size_t want = left < size - have ? (size_t)left : size - have;
        long got = c->body.read(c->body.context, c->body_next, (uint8_t *)to + have, want);

        if (got < 0) { /* the length was promised already: all that can be done is to stop short of it */
            c->last = true;
            finish(c);
            return have;
        }
        c->body_next += (uint64_t)got;
        have += (size_t)got;
    }
    if (c->body_next == c->body_end)
        finish(c);
    return have;
}

bool http_finished(const struct http_connection *c)
{
    return c->state == HTTP_DONE;
}

bool http_busy(const struct http_connection *c)
{
    return c->state == HTTP_ANSWERING || c->state == HTTP_SENDING;
}
