// SPDX-License-Identifier: MIT
#include "text.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_add_bytes(struct text *text, const char *more, size_t size)
{
    if (!text->failed && text->size + size + 1 > text->room) {
        size_t room = (text->size + size + 1) * 2;
        char *bigger = realloc(text->bytes, room);

        text->failed = !bigger;
        if (bigger) {
            text->bytes = bigger;
            text->room = room;
        }
    }
    if (text->failed)
        return;
    memcpy(text->bytes + text->size, more, size);
    text->size += size;
    text->bytes[text->size] = '\0';
}

void text_add(struct text *text, const char *more)
{
    text_add_bytes(text, more, strlen(more));
}

void text_printf(struct text *text, const char *format, ...)
{
    char line[512];
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(line, sizeof(line), format, arguments);
    va_end(arguments);
    if (length < 0 || (size_t)length >= sizeof(line))
        text->failed = true;
    else
        text_add_bytes(text, line, (size_t)length);
}

void text_add_html(struct text *text, const char *more)
{
    for (; *more; more++) {
        switch (*more) {
        case '&': text_add(text, "&amp;"); break;
        case '<': text_add(text, "&lt;"); break;
        case '>': text_add(text, "&gt;"); break;
        case '"': text_add(text, "&quot;"); break;
        case '\'': text_add(text, "&#39;"); break;
        default: text_add_bytes(text, more, 1);
        }
    }
}

void text_add_json(struct text *text, const char *more)
{
    for (; *more; more++) {
        if (*more == '"' || *more == '\\' || (unsigned char)*more < ' ')
            text_printf(text, "\\u%04x", (unsigned char)*more);
        else
            text_add_bytes(text, more, 1);
    }
}

void text_add_path(struct text *text, const char *path)
{
    for (; *path; path++) {
        unsigned char byte = (unsigned char)*path;

        if (byte < 128 && (isalnum(byte) || strchr("-._~/", byte)))
            text_add_bytes(text, path, 1);
        else
            text_printf(text, "%%%02X", byte);
    }
}

void text_answer(struct http_connection *connection, struct text *text, const char *type)
{
    struct http_answer answer = {.status = 200, .type = type, .headers = "Cache-Control: no-store\r\n"};

    if (!text->failed)
        answer.body = http_body_take(text->bytes, text->size);
    else
        free(text->bytes);
    if (text->failed)
        http_answer_text(connection, 503, NULL);
    else
        http_answer(connection, &answer);
    *text = (struct text){0};
}
