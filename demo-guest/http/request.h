// SPDX-License-Identifier: MIT
/* Texts of a request that have a syntax of their own. */
#ifndef DEMO_HTTP_REQUEST_H
#define DEMO_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Decodes an origin-form target (RFC 9112, 3.2.1) in place: cuts the query off and turns %XX into bytes. Returns false,
 * with nothing to rely on in `target`, when it does not begin with a slash, an escape is malformed or a byte is 0.
 */
bool http_decode_target(char *target);

enum http_range_result {
    HTTP_RANGE_NONE,  /* not one range of bytes: the whole body is the answer (RFC 9110, 14.2) */
    HTTP_RANGE_GOOD,  /* [*first, *end) */
    HTTP_RANGE_BEYOND /* nothing of it is in the body: 416 */
};

/* Reads a Range header's value for a body of `size` bytes. */
enum http_range_result http_range(const char *value, uint64_t size, uint64_t *first, uint64_t *end);

#endif
