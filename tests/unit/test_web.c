// SPDX-License-Identifier: MIT
/*
 * The demo's site on lwIP, in one process with its clients: lwIP's loop interface is the network, memory the disks,
 * and time passes as the test says.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/sys.h>
#include <lwip/tcp.h>
#include <lwip/timeouts.h>

#include "demo-guest/web/catalog.h"
#include "demo-guest/web/figures.h"
#include "demo-guest/web/parts.h"
#include "demo-guest/web/server.h"
#include "demo-guest/web/site.h"

#define PORT 8080
#define BIG 300000u

static uint32_t milliseconds;

u32_t sys_now(void)
{
    return milliseconds;
}

uint32_t lwip_port_random(void)
{
    static uint32_t state = 1;

    return state = state * 1103515245u + 12345u;
}

/* A disk in memory whose requests take a turn. */
struct memory_disk {
    struct disk disk;
    uint8_t *bytes;
    struct disk_request *waiting[1024];
    unsigned count;
};

static struct memory_disk files_disk, kv_disk;
static struct catalog catalog;
static struct kv_store store;

static void submit(struct disk *disk, struct disk_request *request)
{
    struct memory_disk *memory = disk->context;

    assert_true(memory->count < 1024);
    assert_true(request->offset + request->size <= disk->size);
    memory->waiting[memory->count++] = request;
}

static void disk_turn(struct memory_disk *memory)
{
    struct disk_request *requests[1024];
    unsigned count = memory->count;

    memcpy(requests, memory->waiting, sizeof(requests));
    memory->count = 0;
    for (unsigned i = 0; i < count; i++) {
        if (requests[i]->operation == DISK_READ)
            memcpy(requests[i]->data, memory->bytes + requests[i]->offset, requests[i]->size);
        if (requests[i]->operation == DISK_WRITE)
            memcpy(memory->bytes + requests[i]->offset, requests[i]->data, requests[i]->size);
        requests[i]->done(requests[i], 0);
    }
}

static void turn(unsigned milliseconds_passed)
{
    milliseconds += milliseconds_passed;
    disk_turn(&files_disk);
    disk_turn(&kv_disk);
    sys_check_timeouts();
    netif_poll_all();
}

static void disk_make(struct memory_disk *memory, uint64_t size)
{
    memory->bytes = calloc(1, size);
    memory->disk = (struct disk){.size = size, .sector_size = 512, .submit = submit, .context = memory};
}

/* One tar member at *at. */
static void add_file(size_t *at, const char *name, char type, const uint8_t *bytes, size_t size)
{
    uint8_t *header = files_disk.bytes + *at;
    unsigned sum = 0;

    snprintf((char *)header, 100, "%s", name);
    snprintf((char *)header + 124, 12, "%011zo", size);
    memset(header + 148, ' ', 8);
    header[156] = (uint8_t)type;
    memcpy(header + 257, "ustar\00000", 8);
    for (unsigned i = 0; i < 512; i++)
        sum += header[i];
    snprintf((char *)header + 148, 8, "%06o", sum);
    if (size)
        memcpy(header + 512, bytes, size);
    *at += 512 + (size + 511) / 512 * 512;
}

static uint8_t big[BIG];

static uint64_t not_guessed(void)
{
    return (uint64_t)lwip_port_random() << 32 | lwip_port_random();
}

static void store_opened(void *context, int result)
{
    assert_int_equal(result, 0);
}

static void collect(struct figures *figures)
{
    *figures = (struct figures){.time = 5, .domain = 3, .ring = 1, .count = 1, .domains = 1};
    figures->figures[0] = (struct figure){"calls", "Hypercalls", "calls", 42};
    figures->list[0] = (struct figure_domain){3, "de\"mo"};
}

static int set_up(void **state)
{
    size_t at = 0;

    for (unsigned i = 0; i < BIG; i++)
        big[i] = (uint8_t)(i * 2654435761u >> 13);
    disk_make(&files_disk, 512 * 1024);
    disk_make(&kv_disk, KV_DISK_MIN);
    add_file(&at, "docs/", '5', NULL, 0);
    add_file(&at, "docs/a b.txt", '0', (const uint8_t *)"hello\n", 6);
    add_file(&at, "big.bin", '0', big, BIG);
    add_file(&at, "deep/er/x.html", '0', (const uint8_t *)"<p>", 3);
    add_file(&at, "empty", '0', NULL, 0);
    lwip_init();
    assert_true(catalog_open(&catalog, &files_disk.disk));
    kv_open(&store, &kv_disk.disk, not_guessed, store_opened, NULL);
    files_use(&catalog);
    kv_routes_use(&store);
    figures_use(collect);
    assert_true(web_listen(PORT, site_handle));
    for (unsigned i = 0; i < 100; i++)
        turn(1);
    return 0;
}

static int tear_down(void **state)
{
    for (size_t i = 0; i < catalog.count; i++)
        free(catalog.entries[i].name);
    free(catalog.entries);
    kv_table_clear(&store.table);
    free(store.buffer);
    free(files_disk.bytes);
    free(kv_disk.bytes);
    return 0;
}

struct client {
    struct tcp_pcb *pcb;
    const char *request;
    uint8_t *reply;
    size_t size, room;
    bool connected, ended, failed;
};

static err_t client_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct client *client = arg;

    if (!data) {
        client->ended = true;
        return ERR_OK;
    }
    if (client->size + data->tot_len + 1 > client->room) {
        client->room = (client->size + data->tot_len + 1) * 2;
        client->reply = realloc(client->reply, client->room);
    }
    client->size += pbuf_copy_partial(data, client->reply + client->size, data->tot_len, 0);
    client->reply[client->size] = 0;
    tcp_recved(pcb, data->tot_len);
    pbuf_free(data);
    return ERR_OK;
}

static void client_failed(void *arg, err_t error)
{
    struct client *client = arg;

    client->failed = true;
    client->pcb = NULL;
}

static err_t client_connected(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct client *client = arg;

    client->connected = true;
    if (client->request)
        assert_int_equal(tcp_write(pcb, client->request, (u16_t)strlen(client->request), TCP_WRITE_FLAG_COPY),
                         ERR_OK);
    return tcp_output(pcb);
}

static void client_start(struct client *client, const char *request)
{
    ip_addr_t address = IPADDR4_INIT_BYTES(127, 0, 0, 1);

    *client = (struct client){.pcb = tcp_new(), .request = request};
    assert_non_null(client->pcb);
    tcp_arg(client->pcb, client);
    tcp_recv(client->pcb, client_received);
    tcp_err(client->pcb, client_failed);
    assert_int_equal(tcp_connect(client->pcb, &address, PORT, client_connected), ERR_OK);
}

static void client_end(struct client *client)
{
    if (client->pcb) {
        tcp_arg(client->pcb, NULL);
        tcp_recv(client->pcb, NULL);
        tcp_err(client->pcb, NULL);
        assert_int_equal(tcp_close(client->pcb), ERR_OK);
    }
    free(client->reply);
    client->reply = NULL;
}

/* A whole answer to a request that closes: status and body. */
static unsigned ask(const char *request, const uint8_t **body, size_t *size)
{
    static struct client client;
    unsigned status = 0;
    char *end;

    free(client.reply);
    client_start(&client, request);
    for (unsigned i = 0; i < 5000 && !client.ended && !client.failed; i++)
        turn(1);
    assert_true(client.ended);
    assert_int_equal(sscanf((char *)client.reply, "HTTP/1.1 %u ", &status), 1);
    end = strstr((char *)client.reply, "\r\n\r\n");
    assert_non_null(end);
    *body = (uint8_t *)end + 4;
    *size = client.size - (size_t)(end + 4 - (char *)client.reply);
    tcp_arg(client.pcb, NULL);
    tcp_recv(client.pcb, NULL);
    tcp_err(client.pcb, NULL);
    tcp_close(client.pcb);
    for (unsigned i = 0; i < 20; i++)
        turn(1);
    return status;
}

#define CLOSE "Host: h\r\nConnection: close\r\n\r\n"

static void expect(const char *request, unsigned status, const void *bytes, size_t size)
{
    const uint8_t *body;
    size_t got;

    assert_int_equal(ask(request, &body, &got), status);
    if (bytes) {
        assert_int_equal(got, size);
        assert_memory_equal(body, bytes, size);
    }
}

static void expect_text(const char *request, const char *part)
{
    const uint8_t *body;
    size_t size;

    assert_int_equal(ask(request, &body, &size), 200);
    assert_non_null(strstr((const char *)body, part));
}

static void files_are_served(void **state)
{
    expect("GET /files/big.bin HTTP/1.1\r\n" CLOSE, 200, big, BIG);
    expect("GET /files/big.bin HTTP/1.1\r\nRange: bytes=100000-199999\r\n" CLOSE, 206, big + 100000, 100000);
    expect("GET /files/big.bin HTTP/1.1\r\nRange: bytes=-1\r\n" CLOSE, 206, big + BIG - 1, 1);
    expect("GET /files/docs/a%20b.txt HTTP/1.1\r\n" CLOSE, 200, "hello\n", 6);
    expect("GET /files/empty HTTP/1.1\r\n" CLOSE, 200, "", 0);
    expect("HEAD /files/big.bin HTTP/1.1\r\n" CLOSE, 200, "", 0);
    expect("GET /files/none HTTP/1.1\r\n" CLOSE, 404, NULL, 0);
    expect("GET /files/docs/../big.bin HTTP/1.1\r\n" CLOSE, 404, NULL, 0);
    expect("PUT /files/x HTTP/1.1\r\nContent-Length: 1\r\n" CLOSE "x", 405, NULL, 0);
}

static void folders_are_listed(void **state)
{
    expect("GET /files HTTP/1.1\r\n" CLOSE, 301, NULL, 0);
    expect("GET /files/docs HTTP/1.1\r\n" CLOSE, 301, NULL, 0);
    expect("GET /files/deep HTTP/1.1\r\n" CLOSE, 301, NULL, 0);
    expect_text("GET /files/ HTTP/1.1\r\n" CLOSE, "<tr><td><a href='big.bin'>big.bin</a><td>300000"
                                                  "<tr><td><a href='deep/'>deep/</a><td>"
                                                  "<tr><td><a href='docs/'>docs/</a><td>"
                                                  "<tr><td><a href='empty'>empty</a><td>0</table>");
    expect_text("GET /files/docs/ HTTP/1.1\r\n" CLOSE, "<a href='a%20b.txt'>a b.txt</a><td>6<");
    expect_text("GET /files/deep/ HTTP/1.1\r\n" CLOSE, "<a href='er/'>er/</a>");
    expect("GET /files/dee/ HTTP/1.1\r\n" CLOSE, 404, NULL, 0);
}

static void pairs_are_kept(void **state)
{
    expect("GET /kv/k HTTP/1.1\r\n" CLOSE, 404, NULL, 0);
    expect("PUT /kv/k HTTP/1.1\r\nContent-Length: 5\r\n" CLOSE "value", 201, NULL, 0);
    expect("PUT /kv/k HTTP/1.1\r\nContent-Length: 3\r\n" CLOSE "new", 204, NULL, 0);
    expect("PUT /kv/a%2Fb%20c HTTP/1.1\r\nContent-Length: 0\r\n" CLOSE, 201, NULL, 0);
    expect("GET /kv/k HTTP/1.1\r\n" CLOSE, 200, "new", 3);
    expect("GET /kv/a/b%20c HTTP/1.1\r\n" CLOSE, 200, "", 0);
    expect("GET /kv/ HTTP/1.1\r\n" CLOSE, 200, "k\na/b%20c\n", 10);
    expect("DELETE /kv/k HTTP/1.1\r\n" CLOSE, 204, NULL, 0);
    expect("DELETE /kv/k HTTP/1.1\r\n" CLOSE, 404, NULL, 0);
    expect("DELETE /kv/a%2fb%20c HTTP/1.1\r\n" CLOSE, 204, NULL, 0);
    expect("DELETE /kv/ HTTP/1.1\r\n" CLOSE, 405, NULL, 0);
}

static void the_page_shows_the_figures(void **state)
{
    static const char json[] =
        "{\"time_ns\": 5, \"domain\": 3, \"ring\": 1, \"figures\": [{\"name\": \"calls\", \"label\": "
        "\"Hypercalls\", "
        "\"unit\": \"calls\", \"total\": 42}], \"domains\": [{\"id\": 3, \"name\": \"de\\u0022mo\"}]}\n";

    expect_text("GET / HTTP/1.1\r\n" CLOSE, "domain 3, whose kernel runs in ring 1");
    expect_text("GET / HTTP/1.1\r\n" CLOSE, "<tr><th>Hypercalls<td>42 calls");
    expect("GET /stats.json HTTP/1.1\r\n" CLOSE, 200, json, sizeof(json) - 1);
}

static void many_clients_at_once(void **state)
{
    static struct client clients[WEB_CLIENTS_MAX + 50];
    unsigned answered = 0, refused = 0;

    /* Nobody is served before all are there, for they do not ask yet. */
    for (unsigned i = 0; i < WEB_CLIENTS_MAX + 50; i++) {
        client_start(&clients[i], NULL);
        turn(1);
        turn(1);
    }
    assert_int_equal(web_figures.clients, WEB_CLIENTS_MAX);
    for (unsigned i = 0; i < WEB_CLIENTS_MAX; i++) {
        static const char request[] = "GET /files/big.bin HTTP/1.1\r\nRange: bytes=1000-60999\r\n" CLOSE;

        assert_int_equal(tcp_write(clients[i].pcb, request, sizeof(request) - 1, 0), ERR_OK);
        tcp_output(clients[i].pcb);
    }
    for (unsigned i = 0; i < 20000 && web_figures.clients; i++)
        turn(1);
    for (unsigned i = 0; i < 1000; i++)
        turn(1);
    for (unsigned i = 0; i < WEB_CLIENTS_MAX + 50; i++) {
        const char *body = clients[i].reply ? strstr((char *)clients[i].reply, "\r\n\r\n") : NULL;

        assert_non_null(body);
        if (strncmp((char *)clients[i].reply, "HTTP/1.1 503 ", 13) == 0) {
            assert_string_equal(body + 4, "Too much is going on; try again soon.\n");
            refused++;
        } else {
            assert_int_equal(clients[i].size - (size_t)(body + 4 - (char *)clients[i].reply), 60000);
            assert_memory_equal(body + 4, big + 1000, 60000);
            answered++;
        }
        assert_true(clients[i].ended);
        client_end(&clients[i]);
    }
    assert_int_equal(answered, WEB_CLIENTS_MAX);
    assert_int_equal(refused, 50);
}

static void clients_that_are_silent_or_leave(void **state)
{
    static struct client clients[3];

    client_start(&clients[0], NULL);                                             /* never asks */
    client_start(&clients[1], "GET /files/big.bin HTTP/1.1\r\nHost: h\r\n\r\n"); /* leaves in the middle */
    client_start(&clients[2], "GET /files/emp");                                 /* never ends asking */
    for (unsigned i = 0; i < 6; i++)
        turn(1);
    assert_int_equal(web_figures.clients, 3);
    assert_true(clients[1].size > 0 && clients[1].size < BIG);
    tcp_abort(clients[1].pcb);
    for (unsigned i = 0; i < 20; i++)
        turn(1);
    assert_int_equal(web_figures.clients, 2);
    for (unsigned i = 0; i < (WEB_IDLE_SECONDS + 5) * 100; i++)
        turn(10);
    assert_int_equal(web_figures.clients, 0);
    client_end(&clients[0]);
    free(clients[1].reply);
    client_end(&clients[2]);
    /* And the site still answers. */
    expect("GET /files/docs/a%20b.txt HTTP/1.1\r\n" CLOSE, 200, "hello\n", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_served),     cmocka_unit_test(folders_are_listed),
        cmocka_unit_test(pairs_are_kept),       cmocka_unit_test(the_page_shows_the_figures),
        cmocka_unit_test(many_clients_at_once), cmocka_unit_test(clients_that_are_silent_or_leave),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
