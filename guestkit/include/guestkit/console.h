/* SPDX-License-Identifier: MIT */
/*
 * Text in and out. Needs `format`, `string`; event-driven input needs `events`.
 *
 * The initial domain talks through the console_io hypercall; any other one through the PV console ring
 * whose page start_info names. Before console_init() text goes to console_io, which an ordinary
 * domain's hypervisor may drop.
 */
#ifndef GUESTKIT_CONSOLE_H
#define GUESTKIT_CONSOLE_H

#include <abi/guest.h>
#include <stdarg.h>
#include <stddef.h>

/*
 * Choose the console by start_info, and map the ring page if there is one. Again after a resume.
 * Returns 0 or the negative errno of mapping it.
 */
int console_init(const start_info_t *info);

/* Write all of `text`; waits (yields) while a ring is full. */
void console_write(const char *text, size_t length);

/* Read what has come in, at most `size` bytes; returns how many, 0 when there is nothing. Never waits. */
size_t console_read(char *buffer, size_t size);

/* As printf(), with the conversions of <guestkit/format.h>. A line at a time if it is to stay in one piece. */
int console_printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int console_printf_va(const char *format, va_list args) __attribute__((format(printf, 1, 0)));

#endif
