// SPDX-License-Identifier: MIT
#include "console.h"

#include <stdlib.h>
#include <string.h>

#include <guestkit/events.h>

#include "builder/foreign.h"

static struct console *listened;
static console_listener *listener;
static void *listener_context;

bool console_prepare(struct console *console)
{
    *console = (struct console){.history = calloc(1, sizeof(struct history))};
    return console->history != NULL;
}

void console_free(struct console *console)
{
    console_close(console);
    if (listened == console)
        listened = NULL;
    free(console->history);
    console->history = NULL;
}

/* Hands on what the listener has not heard. */
static void tell(struct console *console)
{
    const char *text;
    size_t length;

    if (listened != console)
        return;
    while ((length = history_piece(console->history, &console->heard, &text)))
        listener(listener_context, text, length);
}

/* Takes all there is; whether anything moved, so that the guest wants to know. */
static bool take_output(struct console *console)
{
    char buffer[256];
    size_t length;
    bool any = false;

    /* A guest that prints faster than we take would hold us here: no more than a ring full at a time. */
    for (unsigned i = 0; i < 8 && (length = console_ring_take(&console->ring, buffer, sizeof(buffer))); i++) {
        history_add(console->history, buffer, length);
        any = true;
    }
    if (any)
        loop_ready(&console->source);
    return any;
}

static bool put_input(struct console *console)
{
    size_t put = console_ring_put(&console->ring, console->input, console->input_length);

    memmove(console->input, console->input + put, console->input_length - put);
    console->input_length -= put;
    return put > 0;
}

static void run(void *context)
{
    struct console *console = context;
    bool taken = take_output(console), put = put_input(console);

    if (taken || put)
        event_send(console->port);
    tell(console);
}

int console_open(struct console *console, domid_t domid, uint32_t mfn, uint32_t remote_port)
{
    void *page = foreign_map(domid, mfn);
    int port;

    if (!page)
        return -XEN_EFAULT;
    console->domid = domid;
    console->source = (struct loop_source){.run = run, .context = console};
    console_ring_open(&console->ring, page);
    port = event_connect(domid, remote_port, loop_event, &console->source);
    if (port < 0) {
        foreign_unmap(page);
        return port;
    }
    console->port = (uint32_t)port;
    console->open = true;
    console->input_length = 0;
    loop_add(&console->source);
    loop_ready(&console->source);
    return 0;
}

void console_close(struct console *console)
{
    if (!console->open)
        return;
    take_output(console);
    tell(console);
    loop_remove(&console->source);
    event_close(console->port);
    foreign_unmap(console->ring.page);
    console->open = false;
}

void console_refresh(struct console *console)
{
    if (console->open)
        run(console);
}

void console_type(struct console *console, const char *text, size_t length)
{
    size_t room = sizeof(console->input) - console->input_length;

    if (length > room)
        length = room;
    memcpy(console->input + console->input_length, text, length);
    console->input_length += length;
    loop_ready(&console->source);
}

void console_listen_to(struct console *console, console_listener *function, void *context)
{
    listened = console;
    listener = function;
    listener_context = context;
    if (console)
        tell(console);
}
