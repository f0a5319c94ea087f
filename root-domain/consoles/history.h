/* SPDX-License-Identifier: MIT */
/* The last HISTORY_BYTES that a domain printed. Positions count bytes since the beginning, so a reader knows what it missed. */
#ifndef ROOT_CONSOLES_HISTORY_H
#define ROOT_CONSOLES_HISTORY_H

#include <stddef.h>
#include <stdint.h>

#define HISTORY_BYTES 65536u

struct history {
    uint64_t end; /* position after the newest byte */
    char bytes[HISTORY_BYTES];
};

void history_add(struct history *history, const char *text, size_t length);
/* Position of the oldest byte that is left. */
uint64_t history_start(const struct history *history);
/*
 * A piece of what came at or after *position, all of it in at most two calls: its length, 0 at the end. *position moves to the
 * byte after it, past what is lost. *text stays valid until something is added.
 */
size_t history_piece(const struct history *history, uint64_t *position, const char **text);

#endif
