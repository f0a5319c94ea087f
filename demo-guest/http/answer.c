// SPDX-License-Identifier: MIT
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "connection_state.h"
#include "request.h"

static const struct {
    unsigned status;
    const char *words, *sentence;
} statuses[] = {
    {200, "OK", "Done."},
    {201, "Created", "Stored."},
    {204, "No Content", ""},
    {206, "Partial Content", ""},
    {301, "Moved Permanently", "It is elsewhere now."},
    {400, "Bad Request", "The request does not follow HTTP/1.1."},
    {404, "Not Found", "There is nothing of that name here."},
    {405, "Method Not Allowed", "That cannot be done with this."},
    {408, "Request Timeout", "The request took too long to arrive."},
    {413, "Content Too Large", "The content is larger than this server takes."},
    {414, "URI Too Long", "The name is longer than this server takes."},
    {416, "Range Not Satisfiable", "The range begins beyond the end."},
    {417, "Expectation Failed", "This server knows no such expectation."},
    {431, "Request Header Fields Too Large", "The headers are longer than this server takes."},
    {500, "Internal Server Error", "Something went wrong here; the console says more."},
    {501, "Not Implemented", "This server knows no such method."},
    {503, "Service Unavailable", "Too much is going on; try again soon."},
    {505, "HTTP Version Not Supported", "This server speaks HTTP/1.0 and HTTP/1.1."},
    {507, "Insufficient Storage", "The store is full."},
};

static unsigned status_index(unsigned status)
{
    for (unsigned i = 0; i < sizeof(statuses) / sizeof(*statuses); i++) {
        if (statuses[i].status == status)
            return i;
    }
    return 14; /* 500 */
}

const char *http_status_words(unsigned status)
{
    return statuses[status_index(status)].words;
}

static void __attribute__((format(printf, 2, 3))) add(struct http_connection *c, const char *format, ...)
{
    va_list arguments;
    size_t room = sizeof(c->head) - c->head_size;
    int length;

    va_start(arguments, format);
    length = vsnprintf(c->head + c->head_size, room, format, arguments);
    va_end(arguments);
    /* Heads are short by construction; one that is not is cut at a line that a client will notice. */
    c->head_size += length > 0 && (size_t)length < room ? (size_t)length : 0;
}

static void add_date(struct http_connection *c)
{
    char text[40];
    time_t now = time(NULL);
    struct tm broken;

    if (now > 0 && gmtime_r(&now, &broken) &&
        strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &broken))
        add(c, "Date: %s\r\n", text);
}

void http_write_head(struct http_connection *c, const struct http_answer *answer)
{
    unsigned status = answer->status;
    uint64_t size = answer->body.size;

    c->body = answer->body;
    c->body_next = 0;
    c->body_end = size;
    /* A "100 Continue" that is on its way goes out whole; one that is not is no longer of use. */
    c->head_size = c->head_sent ? c->head_size - c->head_sent : 0;
    memmove(c->head, c->head + c->head_sent, c->head_size);
    c->head_sent = 0;
    if (answer->ranges && status == 200 && c->range[0] && !c->skips_range) {
        enum http_range_result result = http_range(c->range, size, &c->body_next, &c->body_end);

        status = result == HTTP_RANGE_GOOD ? 206 : result == HTTP_RANGE_BEYOND ? 416 : 200;
        if (result != HTTP_RANGE_GOOD)
            c->body_next = result == HTTP_RANGE_BEYOND ? size : 0, c->body_end = size;
    }
    add(c, "HTTP/1.1 %u %s\r\n", status, http_status_words(status));
    add_date(c);
    if (answer->type && status != 416)
        add(c, "Content-Type: %s\r\n", answer->type);
    if (answer->headers)
        add(c, "%s", answer->headers);
    if (answer->ranges)
        add(c, "Accept-Ranges: bytes\r\n");
    if (status == 206)
        add(c, "Content-Range: bytes %llu-%llu/%llu\r\n", (unsigned long long)c->body_next,
            (unsigned long long)c->body_end - 1, (unsigned long long)size);
    if (status == 416)
        add(c, "Content-Range: bytes */%llu\r\n", (unsigned long long)size);
    if (status != 204)
        add(c, "Content-Length: %llu\r\n", (unsigned long long)(c->body_end - c->body_next));
    add(c, "Connection: %s\r\n\r\n", c->last ? "close" : "keep-alive");
    if (c->parser.method == HTTP_HEAD)
        c->body_next = c->body_end;
}

static long read_memory(void *context, uint64_t offset, void *to, size_t size)
{
    memcpy(to, (const uint8_t *)context + offset, size);
    return (long)size;
}

struct http_body http_body_constant(const void *bytes, size_t size)
{
    return (struct http_body){.read = read_memory, .context = (void *)(uintptr_t)bytes, .size = size};
}

struct http_body http_body_take(void *bytes, size_t size)
{
    return (struct http_body){.read = read_memory, .close = free, .context = bytes, .size = size};
}

struct http_body http_body_copy(const void *bytes, size_t size)
{
    void *copy = size ? malloc(size) : NULL;

    if (!copy)
        return (struct http_body){0};
    memcpy(copy, bytes, size);
    return http_body_take(copy, size);
}

void http_answer_text(struct http_connection *c, unsigned status, const char *sentence)
{
    char text[256];
    int length =
        snprintf(text, sizeof(text), "%s\n", sentence ? sentence : statuses[status_index(status)].sentence);
    struct http_answer answer = {.status = status, .type = "text/plain; charset=utf-8"};

    if (status == 204)
        answer.type = NULL;
    else
        answer.body = http_body_copy(text, length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1);
    http_answer(c, &answer);
}
