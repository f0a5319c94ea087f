/* SPDX-License-Identifier: MIT */
/* The functions that drivers need of whatever C library or kernel they are in. */
#ifndef PV_STRING_H
#define PV_STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memset(void *to, int byte, size_t size);
size_t strlen(const char *s);
int strcmp(const char *a, const char *b);

#endif
