// SPDX-License-Identifier: MIT
/*
 * Any bytes from an HTTP client, in pieces that the first byte sizes: each request is answered once, answers come to an
 * end, and nothing is kept.
 */
#include <assert.h>
#include <stdlib.h>

#include "demo-guest/http/http.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void answer(struct http_connection *connection, const struct http_request *request)
{
    struct http_answer answer = {.status = 200, .type = "text/plain", .ranges = true};

    answer.body = request->content_size ? http_body_copy(request->content, request->content_size)
                                        : http_body_constant("0123456789", 10);
    http_answer(connection, &answer);
}

static void wake(struct http_connection *connection, void *socket)
{
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct http_server server = {.handler = answer, .wake = wake, .content_limit = 65536};
    struct http_connection *connection = http_open(&server, NULL);
    size_t step = size && data[0] ? data[0] : 1, idle = 0;

    if (size) {
        data++;
        size--;
    }
    while (idle < 3) {
        uint8_t out[200];
        size_t offered = size < step ? size : step;
        size_t taken = offered ? http_input(connection, data, offered) : 0;

        assert(taken <= offered);
        data += taken;
        size -= taken;
        idle = taken || http_output(connection, out, sizeof(out)) ? 0 : idle + 1;
    }
    assert(!size);
    http_close(connection);
    assert(!server.content_held);
    return 0;
}
