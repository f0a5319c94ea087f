// SPDX-License-Identifier: MIT
/*
 * Expanding a gzip file (RFC 1952) of DEFLATE data (RFC 1951) held in memory. The input is not trusted: every read
 * and write is bounded, the result is checked against the file's length and CRC. Not re-entrant: the decoding
 * tables are static, since they would not fit on ring 0's stack and only boot needs them.
 */
#ifndef RINGLET_DOMAIN_INFLATE_H
#define RINGLET_DOMAIN_INFLATE_H

#include <stdbool.h>
#include <stdint.h>

bool gzip_is(const void *data, uint64_t size);

/* How many bytes the file says it expands to, a guess to allocate by; 0 when it is too short to say. */
uint32_t gzip_expanded_size(const void *data, uint64_t size);

/* Fills exactly out_size bytes. NULL, or one sentence: what is wrong and what to do. */
const char *gzip_expand(void *out, uint64_t out_size, const void *data, uint64_t size);

#endif
