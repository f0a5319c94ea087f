// SPDX-License-Identifier: MIT
/*
 * llhttp calls back for each part of a request as it comes in; the callbacks only collect. What is wrong with a
 * request is kept as a status until its end, so that the answer comes when the client listens; only a request that is
 * not HTTP, or whose rest nobody should have to read, ends the connection with the answer.
 */
#include "parser.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "request.h"

void http_refuse(struct http_connection *c, unsigned status)
{
    if (!c->refusal)
        c->refusal = status;
}

/* The rest of this request is not worth reading: answer now, then close. Stops the parser. */
static int refuse_now(struct http_connection *c, unsigned status)
{
    http_refuse(c, status);
    c->last = true;
    return HPE_USER;
}

static int count_header(struct http_connection *c, size_t size)
{
    c->header_size += size;
    return c->header_size > HTTP_HEADERS_MAX ? refuse_now(c, 431) : 0;
}

static int on_message_begin(llhttp_t *parser)
{
    struct http_connection *c = parser->data;

    c->refusal = 0;
    c->expects_continue = c->skips_range = c->last = false;
    c->header_size = c->target_size = c->name_size = c->value_size = c->hosts = 0;
    c->range[0] = '\0';
    return 0;
}

static int on_url(llhttp_t *parser, const char *at, size_t size)
{
    struct http_connection *c = parser->data;

    if (size > HTTP_TARGET_MAX - c->target_size)
        return refuse_now(c, 414);
    memcpy(c->target + c->target_size, at, size);
    c->target_size += size;
    return count_header(c, size);
}

/* Appends to one of the two short texts; what does not fit is of no use, and counted to say so. */
static void append(char *text, size_t room, size_t *have, const char *at, size_t size)
{
    if (*have < room)
        memcpy(text + *have, at, size < room - *have ? size : room - *have);
    *have += size;
}

static int on_header_field(llhttp_t *parser, const char *at, size_t size)
{
    struct http_connection *c = parser->data;

    append(c->name, sizeof(c->name), &c->name_size, at, size);
    return count_header(c, size);
}

static int on_header_value(llhttp_t *parser, const char *at, size_t size)
{
    struct http_connection *c = parser->data;

    append(c->value, sizeof(c->value), &c->value_size, at, size);
    return count_header(c, size);
}

static bool name_is(const struct http_connection *c, const char *name)
{
    return c->name_size == strlen(name) && strncasecmp(c->name, name, c->name_size) == 0;
}

static int on_header_complete(llhttp_t *parser)
{
    struct http_connection *c = parser->data;
    bool whole = c->value_size < sizeof(c->value);

    if (name_is(c, "range") && whole) {
        memcpy(c->range, c->value, c->value_size);
        c->range[c->value_size] = '\0';
    } else if (name_is(c, "host")) {
        c->hosts++;
    } else if (name_is(c, "if-range")) {
        c->skips_range =
            true; /* its validator is none of ours, so the range does not count (RFC 9110, 13.1.5) */
    } else if (name_is(c, "expect")) {
        if (c->value_size == 12 && strncasecmp(c->value, "100-continue", 12) == 0)
            c->expects_continue = true;
        else
            http_refuse(c, 417);
    }
    c->name_size = c->value_size = 0;
    return 0;
}

/* Room for what Content-Length promises, at once; chunked contents grow. */
static bool make_room(struct http_connection *c, size_t size)
{
    struct http_server *server = c->server;
    size_t more;
    uint8_t *bigger;

    if (size <= c->content_room)
        return true;
    more = size - c->content_room;
    if (more > server->content_limit - server->content_held)
        return false;
    bigger = realloc(c->content, size);
    if (!bigger)
        return false;
    server->content_held += more;
    c->content = bigger;
    c->content_room = size;
    return true;
}

void http_drop_content(struct http_connection *c)
{
    c->server->content_held -= c->content_room;
    free(c->content);
    c->content = NULL;
    c->content_size = c->content_room = 0;
}

static int on_headers_complete(llhttp_t *parser)
{
    static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
    struct http_connection *c = parser->data;

    c->target[c->target_size] = '\0';
    if (parser->http_major != 1 || parser->http_minor > 1)
        return refuse_now(c, 505);
    if (c->hosts != 1 && !(parser->http_minor == 0 && !c->hosts))
        http_refuse(c, 400);
    if (strlen(c->target) != c->target_size || !http_decode_target(c->target))
        http_refuse(c, 400);
    if (parser->content_length > HTTP_BODY_MAX)
        return refuse_now(c, 413);
    if (parser->content_length && !make_room(c, (size_t)parser->content_length))
        return refuse_now(c, 503);
    if (c->expects_continue && parser->http_minor == 1) {
        if (c->refusal)
            return refuse_now(c, c->refusal); /* spare the client the sending */
        memcpy(c->head, go_on, sizeof(go_on) - 1);
        c->head_size = sizeof(go_on) - 1;
        c->head_sent = 0;
    }
    return 0;
}

static int on_body(llhttp_t *parser, const char *at, size_t size)
{
    struct http_connection *c = parser->data;

    if (size > HTTP_BODY_MAX - c->content_size)
        return refuse_now(c, 413);
    if (c->content_size + size > c->content_room) {
        size_t room =
            c->content_room * 2 > c->content_size + size ? c->content_room * 2 : c->content_size + size;

        if (!make_room(c, room < HTTP_BODY_MAX ? room : HTTP_BODY_MAX))
            return refuse_now(c, 503);
    }
    memcpy(c->content + c->content_size, at, size);
    c->content_size += size;
    return 0;
}

static int on_message_complete(llhttp_t *parser)
{
    struct http_connection *c = parser->data;

    c->last = !llhttp_should_keep_alive(parser);
    return HPE_PAUSED;
}

const llhttp_settings_t http_callbacks = {
    .on_message_begin = on_message_begin,
    .on_url = on_url,
    .on_header_field = on_header_field,
    .on_header_value = on_header_value,
    .on_header_value_complete = on_header_complete,
    .on_headers_complete = on_headers_complete,
    .on_body = on_body,
    .on_message_complete = on_message_complete,
};
