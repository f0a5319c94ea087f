// SPDX-License-Identifier: MIT
/*
 * Reads one line from a terminal that neither echoes nor edits. Keys: arrows, Home, End, Backspace, Delete,
 * Ctrl-A E B F D H K U W L C, and up and down through the last lines.
 */
#ifndef DEMO_LINE_H
#define DEMO_LINE_H

#include <stdbool.h>

#define LINE_MAX_LENGTH 1024u

/* The line without its end, NUL-terminated, valid until the next call; NULL when input has ended. */
const char *line_read(const char *prompt);

#endif
