// SPDX-License-Identifier: MIT
/* A text that grows, for pages made on the spot. */
#ifndef DEMO_WEB_TEXT_H
#define DEMO_WEB_TEXT_H

#include "demo-guest/http/http.h"

/* All zero at first. Once memory was short, `failed` stays and nothing more is added. */
struct text {
    char *bytes; /* ends with a 0 that `size` does not count; freed by text_answer(), or by its user */
    size_t size, room;
    bool failed;
};

void text_add(struct text *text, const char *more);
void text_add_bytes(struct text *text, const char *more, size_t size);
void __attribute__((format(printf, 2, 3))) text_printf(struct text *text, const char *format, ...);
/* With the characters that mean something to HTML or JSON replaced. */
void text_add_html(struct text *text, const char *more);
void text_add_json(struct text *text, const char *more);
/* With the bytes that may not stand in a path escaped; slashes stay. */
void text_add_path(struct text *text, const char *path);

/* 200 with the text, or 503 when memory was short. Frees it. */
void text_answer(struct http_connection *connection, struct text *text, const char *type);

#endif
