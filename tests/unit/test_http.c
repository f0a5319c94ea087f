// SPDX-License-Identifier: MIT
/*
 * The demo's HTTP server, spoken to byte by byte: every request here is also sent one byte at a time, and answers are
 * also taken one byte at a time. Expectations are RFC 9110's and RFC 9112's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "demo-guest/http/http.h"
#include "demo-guest/http/request.h"

static void handler(struct http_connection *connection, const struct http_request *request);
static void wake(struct http_connection *connection, void *socket);

static struct http_server server = {.handler = handler, .wake = wake, .content_limit = 2 * HTTP_BODY_MAX};
static struct http_connection *asked; /* /later waits here */
static unsigned handled, closed, wakes;
static char echoed[HTTP_BODY_MAX];
static size_t echoed_size;
static enum http_method method;
static char target[HTTP_TARGET_MAX + 1];

static void wake(struct http_connection *connection, void *socket)
{
    wakes++;
}

static void count_close(void *context)
{
    closed++;
}

static long slow_read(void *context, uint64_t offset, void *to, size_t size)
{
    static bool ready;

    ready = !ready;
    if (!ready)
        return 0;
    *(char *)to = (char)('a' + offset);
    return 1;
}

static long broken_read(void *context, uint64_t offset, void *to, size_t size)
{
    if (offset)
        return -1;
    *(char *)to = 'x';
    return 1;
}

static void handler(struct http_connection *connection, const struct http_request *request)
{
    static const char text[] = "0123456789";
    struct http_answer answer = {.status = 200, .type = "text/plain", .ranges = true};

    handled++;
    method = request->method;
    snprintf(target, sizeof(target), "%s", request->target);
    echoed_size = request->content_size;
    if (echoed_size)
        memcpy(echoed, request->content, echoed_size);
    answer.body = http_body_constant(text, 10);
    if (strcmp(request->target, "/missing") == 0) {
        http_answer_text(connection, 404, NULL);
    } else if (strcmp(request->target, "/none") == 0) {
        http_answer_text(connection, 204, NULL);
    } else if (strcmp(request->target, "/later") == 0) {
        asked = connection;
    } else if (strcmp(request->target, "/slow") == 0) {
        answer.body = (struct http_body){.read = slow_read, .close = count_close, .size = 5};
        http_answer(connection, &answer);
    } else if (strcmp(request->target, "/broken") == 0) {
        answer.body = (struct http_body){.read = broken_read, .close = count_close, .size = 5};
        http_answer(connection, &answer);
    } else {
        http_answer(connection, &answer);
    }
}

static char *without_dates(char *text)
{
    for (char *date; (date = strstr(text, "Date: "));) {
        char *end = strstr(date, "\r\n");

        assert_non_null(end);
        memmove(date, end + 2, strlen(end + 2) + 1);
    }
    return text;
}

/* Sends everything, `step` bytes at a time, and returns what came back. The last answer may be left open. */
static char *talk_in_steps(struct http_connection *connection, const char *request, size_t size, size_t step)
{
    static char reply[70000];
    size_t have = 0, idle = 0;

    for (size_t at = 0; idle < 4;) {
        size_t offered = size - at < step ? size - at : step;
        size_t taken = offered ? http_input(connection, request + at, offered) : 0;
        size_t got = http_output(connection, reply + have,
                                 step < sizeof(reply) - 1 - have ? step : sizeof(reply) - 1 - have);

        at += taken;
        have += got;
        idle = taken || got ? 0 : idle + 1;
    }
    reply[have] = '\0';
    return without_dates(reply);
}

static const char *talk(const char *request)
{
    static char first[70000];
    bool finished = false;

    for (size_t step = 1; step < 70000; step *= 70) {
        struct http_connection *connection = http_open(&server, NULL);
        char *reply = talk_in_steps(connection, request, strlen(request), step);

        if (step == 1) {
            strcpy(first, reply);
            finished = http_finished(connection);
        }
        assert_string_equal(first, reply);
        assert_int_equal(finished, http_finished(connection));
        http_close(connection);
        assert_int_equal(server.content_held, 0);
    }
    return first;
}

#define HOST "Host: h\r\n"
#define WHOLE(connection)                                                                                    \
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: bytes\r\nContent-Length: "                \
    "10\r\nConnection: " connection "\r\n\r\n"
#define PART(range, size)                                                                                    \
    "HTTP/1.1 206 Partial Content\r\nContent-Type: text/plain\r\nAccept-Ranges: bytes\r\nContent-Range: "    \
    "bytes " range "/10\r\n"                                                                                 \
    "Content-Length: " size "\r\nConnection: keep-alive\r\n\r\n"

static void get_and_head(void **state)
{
    assert_string_equal(talk("GET /a%20b%2fc?q=%zz#f HTTP/1.1\r\n" HOST "\r\n"),
                        WHOLE("keep-alive") "0123456789");
    assert_string_equal(target, "/a b/c");
    assert_int_equal(method, HTTP_METHOD_GET);
    assert_string_equal(talk("HEAD / HTTP/1.1\r\n" HOST "\r\n"), WHOLE("keep-alive"));
    assert_string_equal(talk("GET / HTTP/1.1\r\n" HOST "Connection: close\r\n\r\n"),
                        WHOLE("close") "0123456789");
    assert_string_equal(talk("GET / HTTP/1.0\r\n\r\n"), WHOLE("close") "0123456789");
    assert_string_equal(talk("GET /none HTTP/1.1\r\n" HOST "\r\n"),
                        "HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n");
    assert_non_null(strstr(talk("GET /missing HTTP/1.1\r\n" HOST "\r\n"), "404 Not Found\r\n"));
}

static void ranges(void **state)
{
    static const struct {
        const char *range, *reply;
    } cases[] = {
        {"bytes=2-4", PART("2-4", "3") "234"},
        {"bytes=7-", PART("7-9", "3") "789"},
        {"bytes=-2", PART("8-9", "2") "89"},
        {"bytes=-99", PART("0-9", "10") "0123456789"},
        {"bytes=9-99999999999999", PART("9-9", "1") "9"},
        {"bytes=4-2", WHOLE("keep-alive") "0123456789"},
        {"bytes=1-2,4-5", WHOLE("keep-alive") "0123456789"},
        {"lines=1-2", WHOLE("keep-alive") "0123456789"},
        {"bytes=99999999999999999999-", WHOLE("keep-alive") "0123456789"},
        {"bytes=", WHOLE("keep-alive") "0123456789"},
        {"bytes=10-",
         "HTTP/1.1 416 Range Not Satisfiable\r\nAccept-Ranges: bytes\r\nContent-Range: bytes */10\r\n"
         "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"},
        {"bytes=-0",
         "HTTP/1.1 416 Range Not Satisfiable\r\nAccept-Ranges: bytes\r\nContent-Range: bytes */10\r\n"
         "Content-Length: 0\r\nConnection: keep-alive\r\n\r\n"},
    };
    char request[256];

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        snprintf(request, sizeof(request), "GET / HTTP/1.1\r\n" HOST "Range: %s\r\n\r\n", cases[i].range);
        assert_string_equal(talk(request), cases[i].reply);
    }
    assert_string_equal(talk("GET / HTTP/1.1\r\n" HOST "If-Range: \"x\"\r\nRange: bytes=1-1\r\n\r\n"),
                        WHOLE("keep-alive") "0123456789");
    assert_string_equal(talk("HEAD / HTTP/1.1\r\n" HOST "Range: bytes=2-4\r\n\r\n"), PART("2-4", "3"));
}

static void contents(void **state)
{
    talk("PUT /k HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nhello");
    assert_int_equal(method, HTTP_METHOD_PUT);
    assert_int_equal(echoed_size, 5);
    assert_memory_equal(echoed, "hello", 5);
    talk("PUT /k HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n");
    assert_int_equal(echoed_size, 5);
    assert_memory_equal(echoed, "abcde", 5);
    talk("DELETE /k HTTP/1.1\r\n" HOST "\r\n");
    assert_int_equal(method, HTTP_METHOD_DELETE);
    assert_int_equal(echoed_size, 0);
    for (size_t step = 1; step < 1000; step += 998) {
        struct http_connection *connection = http_open(&server, NULL);
        static const char request[] =
            "PUT /k HTTP/1.1\r\n" HOST
            "Expect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nab";

        /* A content that is there already needs no go-ahead (RFC 9110, 10.1.1). */
        assert_string_equal(talk_in_steps(connection, request, sizeof(request) - 1, step),
                            step == 1 ? "HTTP/1.1 100 Continue\r\n\r\n" WHOLE("close") "0123456789"
                                      : WHOLE("close") "0123456789");
        http_close(connection);
    }
}

static void requests_in_a_row(void **state)
{
    handled = 0;
    assert_string_equal(
        talk("GET /1 HTTP/1.1\r\n" HOST "\r\nPUT /2 HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"
             "GET /3 HTTP/1.1\r\n" HOST "Connection: close\r\n\r\nGET /4 HTTP/1.1\r\n" HOST "\r\n"),
        WHOLE("keep-alive") "0123456789" WHOLE("keep-alive") "0123456789" WHOLE("close") "0123456789");
    assert_string_equal(target, "/3");
    assert_int_equal(handled, 3 * 3);
}

static unsigned status_of(const char *request)
{
    const char *reply = talk(request);
    unsigned status = 0;

    assert_int_equal(sscanf(reply, "HTTP/1.1 %u ", &status), 1);
    return status;
}

static void bad_requests(void **state)
{
    static char long_one[20000];

    handled = 0;
    assert_int_equal(status_of("GET / HTTP/1.1\r\n\r\n"), 400);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" HOST HOST "\r\n"), 400);
    assert_int_equal(status_of("GET /%4 HTTP/1.1\r\n" HOST "\r\n"), 400);
    assert_int_equal(status_of("GET /a%00b HTTP/1.1\r\n" HOST "\r\n"), 400);
    assert_int_equal(status_of("GET http://h/ HTTP/1.1\r\n" HOST "\r\n"), 400);
    assert_int_equal(status_of("nonsense\r\n\r\n"), 400);
    assert_int_equal(status_of("\x16\x03\x01\x02\x01"), 400);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST
                               "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                     400);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
                     400);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\n"), 400);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST
                               "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n"),
                     400);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST "Content-Length: 1048577\r\n\r\n"), 413);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST "Content-Length: 18446744073709551615\r\n\r\n"),
                     413);
    assert_int_equal(status_of("PUT / HTTP/1.1\r\n" HOST "Expect: tea\r\n\r\n"), 417);
    assert_int_equal(status_of("POST / HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nab"), 501);
    assert_int_equal(status_of("GET / HTTP/1.1\r\n" HOST "Connection: upgrade\r\nUpgrade: h2c\r\n\r\n"), 200);
    assert_int_equal(status_of("GET / HTTP/2.0\r\n" HOST "\r\n") % 105, 505 % 105);
    memset(long_one, 'a', sizeof(long_one) - 1);
    memcpy(long_one, "GET /", 5);
    assert_int_equal(status_of(long_one), 414);
    memcpy(long_one, "GET / HTTP/1.1\r\nA: ", 19);
    assert_int_equal(status_of(long_one), 431);
    assert_int_equal(handled, 3); /* the upgrade that was not taken, three times */
}

static void answers_that_take_their_time(void **state)
{
    static const char request[] = "GET /slow HTTP/1.1\r\n" HOST "\r\n";
    struct http_connection *connection = http_open(&server, NULL);
    char reply[512];

    closed = 0;
    assert_string_equal(
        talk(request),
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nAccept-Ranges: bytes\r\nContent-Length: 5\r\n"
        "Connection: keep-alive\r\n\r\nabcde");
    assert_int_equal(closed, 3);
    http_input(connection, "GET /later HTTP/1.1\r\n" HOST "\r\nGET", 34);
    assert_ptr_equal(asked, connection);
    assert_true(http_busy(connection));
    assert_int_equal(http_input(connection, "GET", 3), 0);
    assert_int_equal(http_output(connection, reply, sizeof(reply)), 0);
    wakes = 0;
    http_answer_text(asked, 201, "Done.");
    assert_int_equal(wakes, 1);
    reply[http_output(connection, reply, sizeof(reply))] = '\0';
    assert_non_null(strstr(reply, "201 Created"));
    assert_non_null(strstr(reply, "\r\n\r\nDone.\n"));
    assert_false(http_busy(connection));
    http_close(connection);
}

static void clients_that_leave(void **state)
{
    struct http_connection *connection = http_open(&server, NULL);
    char reply[16];

    closed = 0;
    http_input(connection, "GET /slow HTTP/1.1\r\n" HOST "\r\n", 31);
    http_output(connection, reply, sizeof(reply));
    http_close(connection);
    assert_int_equal(closed, 1);

    connection = http_open(&server, NULL);
    http_input(connection, "PUT /later HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 52);
    assert_ptr_equal(asked, connection);
    http_close(connection);
    http_answer(asked, &(struct http_answer){.status = 200,
                                             .body = {.read = slow_read, .close = count_close, .size = 1}});
    assert_int_equal(closed, 2);
    assert_int_equal(server.content_held, 0);

    connection = http_open(&server, NULL);
    http_input(connection, "PUT / HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\nx", 50);
    assert_int_equal(server.content_held, 1000);
    http_close(connection);
    assert_int_equal(server.content_held, 0);
}

static void a_body_that_breaks_ends_the_connection(void **state)
{
    const char *reply = talk("GET /broken HTTP/1.1\r\n" HOST "\r\nGET / HTTP/1.1\r\n" HOST "\r\n");

    assert_non_null(strstr(reply, "Content-Length: 5\r\n"));
    assert_string_equal(strstr(reply, "\r\n\r\n"), "\r\n\r\nx");
}

static void contents_share_a_limit(void **state)
{
    struct http_connection *holders[2];
    static const char half[] = "PUT / HTTP/1.1\r\n" HOST "Content-Length: 1048576\r\n\r\n";

    for (unsigned i = 0; i < 2; i++) {
        holders[i] = http_open(&server, NULL);
        http_input(holders[i], half, sizeof(half) - 1);
    }
    assert_int_equal(server.content_held, server.content_limit);
    {
        struct http_connection *connection = http_open(&server, NULL);
        static const char one[] = "PUT / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx";

        assert_non_null(
            strstr(talk_in_steps(connection, one, sizeof(one) - 1, 1000), "503 Service Unavailable"));
        assert_true(http_finished(connection));
        http_close(connection);
    }
    http_close(holders[0]);
    http_close(holders[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get_and_head),
        cmocka_unit_test(ranges),
        cmocka_unit_test(contents),
        cmocka_unit_test(requests_in_a_row),
        cmocka_unit_test(bad_requests),
        cmocka_unit_test(answers_that_take_their_time),
        cmocka_unit_test(clients_that_leave),
        cmocka_unit_test(a_body_that_breaks_ends_the_connection),
        cmocka_unit_test(contents_share_a_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
