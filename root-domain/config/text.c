// SPDX-License-Identifier: MIT
#include "text.h"

#include <string.h>

struct span span_of(const char *text)
{
    return (struct span){text, strlen(text)};
}

bool span_is(struct span span, const char *word)
{
    return span.length == strlen(word) && memcmp(span.text, word, span.length) == 0;
}

bool span_copy(char *out, size_t size, struct span span)
{
    if (span.length >= size)
        return false;
    memcpy(out, span.text, span.length);
    out[span.length] = '\0';
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct span span_trim(struct span span)
{
    while (span.length && is_blank(span.text[0])) {
        span.text++;
        span.length--;
    }
    while (span.length && is_blank(span.text[span.length - 1]))
        span.length--;
    return span;
}

struct span span_cut(struct span *rest, char stop)
{
    struct span part = *rest;
    const char *found = part.length ? memchr(part.text, stop, part.length) : NULL;

    if (!found) {
        *rest = (struct span){NULL, 0};
        return part;
    }
    part.length = (size_t)(found - part.text);
    rest->text = found + 1;
    rest->length -= part.length + 1;
    return part;
}

bool span_number(struct span span, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < span.length; i++) {
        unsigned digit = (unsigned)(span.text[i] - '0');

        if (digit > 9 || *number > (UINT64_MAX - digit) / 10)
            return false;
        *number = *number * 10 + digit;
    }
    return span.length > 0;
}

bool span_hexadecimal(struct span span, unsigned digits, uint64_t *number)
{
    *number = 0;
    for (size_t i = 0; i < span.length; i++) {
        char c = span.text[i];
        unsigned digit;

        if (c >= '0' && c <= '9')
            digit = (unsigned)(c - '0');
        else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            digit = (unsigned)((c | 0x20) - 'a') + 10;
        else
            return false;
        *number = *number << 4 | digit;
    }
    return span.length == digits;
}
