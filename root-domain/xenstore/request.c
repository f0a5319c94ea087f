/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "queue.h"
#include "request.h"

void xs_reply(const struct xs_request *request, const void *data, size_t length)
{
    if (!xs_queue_add(&request->connection->out, request->header, data, (uint32_t)length)) {
        request->connection->stopped = "no memory for a reply";
    }
}

void xs_reply_ok(const struct xs_request *request)
{
    xs_reply_text(request, "OK");
}

void xs_reply_text(const struct xs_request *request, const char *text)
{
    xs_reply(request, text, strlen(text) + 1);
}

uint32_t xs_strings(const struct xs_request *request, const char **strings, uint32_t limit)
{
    const char *next = request->data;
    const char *end = next + request->header->len;
    uint32_t count = 0;

    if (next == end || end[-1]) {
        return 0;
    }
    for (; next < end; next += strlen(next) + 1, count++) {
        if (count < limit) {
            strings[count] = next;
        }
    }
    return count;
}

bool xs_number(const char *text, uint64_t *number)
{
    *number = 0;
    for (const char *digit = text; *digit; digit++) {
        if (*digit < '0' || *digit > '9' || digit - text > 18) {
            return false;
        }
        *number = *number * 10 + (uint64_t)(*digit - '0');
    }
    return *text != 0;
}

bool xs_domain_number(const char *text, domid_t *domain)
{
    uint64_t number;

    if (!xs_number(text, &number) || number >= DOMID_FIRST_RESERVED) {
        return false;
    }
    *domain = (domid_t)number;
    return true;
}
