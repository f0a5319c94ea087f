// SPDX-License-Identifier: MIT
/*
 * What ring 0 says: to the serial line and to a ring kept in memory. Formats: %d %i %u %x %lx %llx %lu %llu %ld %s %c %p %%,
 * with `0` and a width. Lines start with "(ringlet) " when they come through log_line().
 */
#ifndef RINGLET_CORE_LOG_H
#define RINGLET_CORE_LOG_H

#include <stdarg.h>
#include <stddef.h>

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

void log_print(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* Dropped when `level` is above loglvl=. */
void log_line(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));
void log_write(const char *bytes, size_t n);
int format_text(char *out, size_t size, const char *format, va_list args);

/* A broken invariant of the hypervisor: prints a report and stops the machine. Never for a guest's fault. */
_Noreturn void panic(const char *format, ...) __attribute__((format(printf, 1, 2)));

#define INVARIANT(condition)                                                                                 \
    do {                                                                                                     \
        if (__builtin_expect(!(condition), 0))                                                               \
            panic("invariant broken: %s (%s:%d)", #condition, __FILE__, __LINE__);                           \
    } while (0)

#endif
