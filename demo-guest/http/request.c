// SPDX-License-Identifier: MIT
#include "request.h"

#include <string.h>
#include <strings.h>

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool http_decode_target(char *target)
{
    char *to = target;

    if (*target != '/')
        return false;
    for (const char *from = target; *from && *from != '?' && *from != '#'; from++) {
        char c = *from;

        if (c == '%') {
            int high = digit(from[1]), low = high < 0 ? -1 : digit(from[2]);

            if (low < 0 || !(high | low))
                return false;
            c = (char)(high << 4 | low);
            from += 2;
        }
        *to++ = c;
    }
    *to = '\0';
    return true;
}

/* Digits up to another character, which *text is left at. False without a digit, or beyond 63 bits. */
static bool number(const char **text, uint64_t *value)
{
    const char *start = *text;

    for (*value = 0; **text >= '0' && **text <= '9'; ++*text) {
        if (*value > (INT64_MAX - 9) / 10)
            return false;
        *value = *value * 10 + (uint64_t)(**text - '0');
    }
    return *text != start;
}

enum http_range_result http_range(const char *value, uint64_t size, uint64_t *first, uint64_t *end)
{
    static const char unit[] = "bytes=";
    uint64_t last;

    if (strncasecmp(value, unit, sizeof(unit) - 1) != 0)
        return HTTP_RANGE_NONE;
    value += sizeof(unit) - 1;
    *end = size;
    if (*value == '-') { /* the last so many bytes */
        value++;
        if (!number(&value, &last) || *value)
            return HTTP_RANGE_NONE;
        *first = last < size ? size - last : 0;
        return last && size ? HTTP_RANGE_GOOD : HTTP_RANGE_BEYOND;
    }
    if (!number(&value, first) || *value++ != '-')
        return HTTP_RANGE_NONE;
    if (*value) {
        if (!number(&value, &last) || *value || last < *first)
            return HTTP_RANGE_NONE;
        if (last < size)
            *end = last + 1;
    }
    return *first < size ? HTTP_RANGE_GOOD : HTTP_RANGE_BEYOND;
}
