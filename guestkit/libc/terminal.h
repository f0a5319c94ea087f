// SPDX-License-Identifier: MIT
#ifndef GUESTKIT_LIBC_TERMINAL_H
#define GUESTKIT_LIBC_TERMINAL_H

#include <stddef.h>

/* Binds the event that says "a key came in". 0 or a negative errno. */
int terminal_init(void);

/* Sleeps until something was typed, then takes at most `size` bytes of it; returns how many. */
size_t terminal_read(void *bytes, size_t size);

#endif
