/* SPDX-License-Identifier: MIT */
/*
 * A small formatter, so that a guest can print without a libc. Needs only `string`.
 *
 * Understood: %d %i %u %x %X %c %s %p %%, the lengths l (32 bits here), ll and z, a width, a
 * precision for %s, the flags 0 and -, and * for the width. Anything else is printed as it stands.
 */
#ifndef GUESTKIT_FORMAT_H
#define GUESTKIT_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

typedef void format_sink(void *context, const char *text, size_t length);

/* Hand the formatted text to `sink` piece by piece; returns its length in bytes. */
int format_to(format_sink *sink, void *context, const char *format, va_list args);

/* As snprintf(): writes at most `size` bytes with the final NUL; returns the length of the whole text. */
int format_string(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int format_string_va(char *buffer, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

#endif
