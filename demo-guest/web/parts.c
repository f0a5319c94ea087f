// SPDX-License-Identifier: MIT
#include "parts.h"

#include <stdio.h>

void part_refuse_method(struct http_connection *connection, const char *allowed)
{
    static const char sentence[] = "That cannot be done with this.\n";
    char headers[64];

    snprintf(headers, sizeof(headers), "Allow: %s\r\n", allowed);
    http_answer(connection,
                &(struct http_answer){.status = 405,
                                      .type = "text/plain; charset=utf-8",
                                      .headers = headers,
                                      .body = http_body_constant(sentence, sizeof(sentence) - 1)});
}

bool part_only_reads(struct http_connection *connection, const struct http_request *request)
{
    if (request->method == HTTP_METHOD_GET || request->method == HTTP_METHOD_HEAD)
        return true;
    part_refuse_method(connection, "GET, HEAD");
    return false;
}
