/* SPDX-License-Identifier: MIT */
/*
 * A simple heap for a kernel without a libc. Needs `frames`. Not for use inside upcalls.
 */
#ifndef GUESTKIT_HEAP_H
#define GUESTKIT_HEAP_H

#include <stddef.h>

/* At least `size` bytes, 16-byte aligned, contents undefined; NULL when memory is short. */
void *heap_alloc(size_t size);
/* NULL is allowed. */
void heap_free(void *memory);

#endif
