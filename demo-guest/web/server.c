// SPDX-License-Identifier: MIT
/*
 * Each client has what it sent and was not read yet (lwIP's own buffers, whose window stays closed for as long), and a
 * little of the answer that TCP did not take yet. pump() moves bytes both ways until nothing moves.
 *
 * lwIP lets tcp_close() be called anywhere, so pump() may end a client; aborting is left to the poll callback, which
 * tells lwIP by ERR_ABRT.
 */
#include "server.h"

#include <stdlib.h>
#include <string.h>

#include <lwip/tcp.h>

#define OUT_SIZE (2 * TCP_MSS)
#define POLL_HALF_SECONDS 4u

struct web_client {
    struct tcp_pcb *pcb;
    struct http_connection *http; /* NULL: refused; what it sends is thrown away */
    struct pbuf *input;
    bool input_ended, pumping, again;
    unsigned idle_polls;
    size_t out_size, out_sent;
    uint8_t out[OUT_SIZE];
};

struct web_figures web_figures;

static void wake(struct http_connection *connection, void *socket);
static http_handler *site_handler;
static void count_and_handle(struct http_connection *connection, const struct http_request *request);
static struct http_server http_server = {.handler = count_and_handle,
                                         .wake = wake,
                                         .content_limit = 16 * HTTP_BODY_MAX};

static void count_and_handle(struct http_connection *connection, const struct http_request *request)
{
    web_figures.requests++;
    site_handler(connection, request);
}

/* lwIP keeps the connection until the other end has everything; the client is gone. */
static void forget(struct web_client *client)
{
    if (client->http) {
        http_close(client->http);
        web_figures.clients--;
    }
    if (client->input)
        pbuf_free(client->input);
    free(client);
}

static void detach(struct tcp_pcb *pcb)
{
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    tcp_err(pcb, NULL);
}

/* False when lwIP has no memory for it now: the poll callback tries again. */
static bool close_client(struct web_client *client)
{
    struct tcp_pcb *pcb = client->pcb;

    if (client
            ->input) { /* so that lwIP does not answer unread bytes with a reset, which could overtake our answer */
        tcp_recved(pcb, client->input->tot_len);
        pbuf_free(client->input);
        client->input = NULL;
    }
    if (tcp_close(pcb) != ERR_OK)
        return false;
    detach(pcb);
    forget(client);
    return true;
}

/* Offers what came in to the connection. True when it took something. */
static bool feed(struct web_client *client)
{
    size_t taken = 0;

    while (client->input) {
        struct pbuf *first = client->input;
        size_t got = client->http ? http_input(client->http, first->payload, first->len) : first->len;

        taken += got;
        client->input = pbuf_free_header(first, (u16_t)got);
        if (!got)
            break;
    }
    if (taken) {
        client->idle_polls = 0;
        tcp_recved(client->pcb, (u16_t)taken);
    }
    return taken;
}

/* Gives TCP what it takes of the answer. True when it took something. */
static bool drain(struct web_client *client)
{
    bool moved = false;

    for (;;) {
        size_t room = tcp_sndbuf(client->pcb), size;

        if (client->out_sent == client->out_size && client->http) {
            client->out_sent = 0;
            client->out_size = http_output(client->http, client->out, OUT_SIZE);
        }
        size = client->out_size - client->out_sent;
        size = size < room ? size : room;
        if (!size || tcp_sndqueuelen(client->pcb) > TCP_SND_QUEUELEN - 8 ||
            tcp_write(client->pcb, client->out + client->out_sent, (u16_t)size, TCP_WRITE_FLAG_COPY) !=
                ERR_OK)
            break;
        client->out_sent += size;
        web_figures.bytes_out += size;
        moved = true;
    }
    if (moved)
        client->idle_polls = 0;
    return moved;
}

static bool all_said(const struct web_client *client)
{
    if (client->out_sent < client->out_size)
        return false;
    return !client->http || http_finished(client->http) ||
           (client->input_ended && !client->input && !http_busy(client->http));
}

/* The client may be gone after it. */
static void pump(struct web_client *client)
{
    if (client->pumping) {
        client->again = true;
        return;
    }
    client->pumping = true;
    do {
        client->again = false;
        client->again |= feed(client);
        client->again |= drain(client);
    } while (client->again);
    client->pumping = false;
    tcp_output(client->pcb);
    if (all_said(client))
        close_client(client);
}

static void wake(struct http_connection *connection, void *socket)
{
    pump(socket);
}

static err_t on_received(void *arg, struct tcp_pcb *pcb, struct pbuf *data, err_t error)
{
    struct web_client *client = arg;

    if (!data)
        client->input_ended = true;
    else if (client->input)
        pbuf_cat(client->input, data);
    else
        client->input = data;
    pump(client);
    return ERR_OK;
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t size)
{
    pump(arg);
    return ERR_OK;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    struct web_client *client = arg;

    if (++client->idle_polls * POLL_HALF_SECONDS / 2 < WEB_IDLE_SECONDS) {
        pump(client);
        return ERR_OK;
    }
    if ((!client->http || !http_busy(client->http)) && close_client(client))
        return ERR_OK;
    detach(pcb);
    forget(client);
    tcp_abort(pcb);
    return ERR_ABRT;
}

/* lwIP has freed the connection already. */
static void on_error(void *arg, err_t error)
{
    forget(arg);
}

static void refuse(struct web_client *client)
{
    static const char answer[] =
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Length: 38\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
        "Too much is going on; try again soon.\n";

    memcpy(client->out, answer, sizeof(answer) - 1);
    client->out_size = sizeof(answer) - 1;
    web_figures.refused++;
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t error)
{
    struct web_client *client;

    if (error != ERR_OK || !pcb)
        return ERR_VAL;
    client = calloc(1, sizeof(*client));
    if (!client) {
        web_figures.refused++;
        return ERR_MEM; /* lwIP resets it */
    }
    client->pcb = pcb;
    if (web_figures.clients < WEB_CLIENTS_MAX)
        client->http = http_open(&http_server, client);
    if (client->http)
        web_figures.clients++;
    else
        refuse(client);
    tcp_arg(pcb, client);
    tcp_recv(pcb, on_received);
    tcp_sent(pcb, on_sent);
    tcp_err(pcb, on_error);
    tcp_poll(pcb, on_poll, POLL_HALF_SECONDS);
    tcp_nagle_disable(pcb);
    if (client->http)
        return ERR_OK;
    drain(
        client); /* the answer of a refused client comes without its question; closed when the client has it */
    return ERR_OK;
}

bool web_listen(uint16_t port, http_handler *handler)
{
    struct tcp_pcb *pcb = tcp_new(), *listener;

    site_handler = handler;
    if (!pcb)
        return false;
    if (tcp_bind(pcb, IP_ADDR_ANY, port) != ERR_OK || !(listener = tcp_listen(pcb))) {
        tcp_close(pcb);
        return false;
    }
    tcp_accept(listener, on_accept);
    return true;
}
