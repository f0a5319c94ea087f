/* SPDX-License-Identifier: MIT */
/*
 * The memory functions a C compiler calls on its own account, and the few string functions the
 * kit uses. All are weak: a libc linked beside the kit replaces any of them. Needs no other part.
 */
#ifndef GUESTKIT_STRING_H
#define GUESTKIT_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
void *memchr(const void *memory, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);

#endif
