/* SPDX-License-Identifier: MIT */
/*
 * A domain's console: its ring while the domain lives, and what it printed, which outlives it. Somebody may listen to
 * one console at a time, hearing what it printed that nobody has heard yet, and then what it prints.
 */
#ifndef ROOT_CONSOLES_CONSOLE_H
#define ROOT_CONSOLES_CONSOLE_H

#include <abi/guest.h>
#include <stdbool.h>
#include <stddef.h>

#include "consoles/history.h"
#include "consoles/ring.h"
#include "loop.h"

#define CONSOLE_INPUT_MAX 256u

struct console {
    bool open;
    domid_t domid;
    uint32_t port;
    struct console_ring ring;
    struct loop_source source;
    struct history *history;
    uint64_t heard; /* position in the history */
    size_t input_length;
    char input[CONSOLE_INPUT_MAX]; /* typed, for which the ring had no room */
};

typedef void console_listener(void *context, const char *text, size_t length);

/* A console without a domain. False when memory is short. */
bool console_prepare(struct console *console);
void console_free(struct console *console);
/* Takes over a domain's page and port. 0 or a negative errno. */
int console_open(struct console *console, domid_t domid, uint32_t mfn, uint32_t remote_port);
/* Takes what is left in the ring, and lets go of the page. */
void console_close(struct console *console);

/* Takes now what the domain has printed, before its event is served. */
void console_refresh(struct console *console);
/* Types; what finds no room even in our own buffer is lost, as on a serial line. */
void console_type(struct console *console, const char *text, size_t length);
/* Listen to this console alone; NULL: to none. */
void console_listen_to(struct console *console, console_listener *listener, void *context);

#endif
