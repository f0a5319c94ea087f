// SPDX-License-Identifier: MIT
/* Memory and strings. Without a libc, machine/string.c supplies these; on the host the C library does. */
#ifndef RINGLET_CORE_STRING_H
#define RINGLET_CORE_STRING_H

#include <stddef.h>

void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int value, size_t n);
/* Of a small size known at compile time they become plain moves. */
#define memcpy(to, from, n) __builtin_memcpy(to, from, n)
#define memset(to, value, n) __builtin_memset(to, value, n)

int memcmp(const void *a, const void *b, size_t n);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);

#endif
