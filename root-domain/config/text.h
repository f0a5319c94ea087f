/* SPDX-License-Identifier: MIT */
/* Small helpers of the readers in this folder. */
#ifndef ROOT_CONFIG_TEXT_H
#define ROOT_CONFIG_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A piece of text that no zero byte ends. */
struct span {
    const char *text;
    size_t length;
};

struct span span_of(const char *text);
bool span_is(struct span span, const char *word);
/* Copies with a zero byte; false, and nothing is changed, when it does not fit. */
bool span_copy(char *out, size_t size, struct span span);
/* Without blanks at both ends. */
struct span span_trim(struct span span);
/* What comes before the next `stop`; *rest becomes what comes after it, or empty with text NULL when there was none. */
struct span span_cut(struct span *rest, char stop);
/* The whole span as a decimal number. */
bool span_number(struct span span, uint64_t *number);
/* The whole span as exactly `digits` hexadecimal digits. */
bool span_hexadecimal(struct span span, unsigned digits, uint64_t *number);

#endif
