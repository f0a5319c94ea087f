// SPDX-License-Identifier: MIT
#include "site.h"

#include <string.h>

#include "parts.h"

static const struct {
    const char *prefix;
    bool whole; /* nothing may follow */
    site_part *handle;
} parts[] = {
    {"/", true, page_handle},
    {"/stats.json", true, stats_handle},
    {"/files/", false, files_handle},
    {"/kv/", false, kv_handle},
};

void site_handle(struct http_connection *connection, const struct http_request *request)
{
    const char *target = request->target;

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        size_t length = strlen(parts[i].prefix);

        if (parts[i].whole ? strcmp(target, parts[i].prefix) == 0
                           : strncmp(target, parts[i].prefix, length) == 0) {
            parts[i].handle(connection, request, target + length);
            return;
        }
    }
    if (strcmp(target, "/files") == 0 || strcmp(target, "/kv") == 0) {
        struct http_answer moved = {.status = 301,
                                    .headers =
                                        target[1] == 'f' ? "Location: /files/\r\n" : "Location: /kv/\r\n"};

        http_answer(connection, &moved);
        return;
    }
    http_answer_text(connection, 404, NULL);
}
