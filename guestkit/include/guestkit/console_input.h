/* SPDX-License-Identifier: MIT */
/*
 * Console input without polling. Needs `console`, `events`.
 *
 * The handler is told that there is something to read: it, or code it wakes, calls console_read() until
 * that returns 0. Called again, the other handler takes over. Returns the port, or a negative errno.
 */
#ifndef GUESTKIT_CONSOLE_INPUT_H
#define GUESTKIT_CONSOLE_INPUT_H

#include <guestkit/events.h>

int console_listen(const start_info_t *info, event_handler *handler, void *context);

#endif
