// SPDX-License-Identifier: MIT
/* The bytes that a fuzzer takes its decisions from. When they end, everything that follows is 0. */
#ifndef RINGLET_FUZZ_INPUT_H
#define RINGLET_FUZZ_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct fuzz_input {
    const uint8_t *at, *end;
};

static inline bool fuzz_more(const struct fuzz_input *in)
{
    return in->at < in->end;
}

static inline uint8_t fuzz_byte(struct fuzz_input *in)
{
    return fuzz_more(in) ? *in->at++ : 0;
}

static inline uint32_t fuzz_word(struct fuzz_input *in, unsigned bytes)
{
    uint32_t word = 0;

    while (bytes--)
        word = word << 8 | fuzz_byte(in);
    return word;
}

/* The promise that was broken, on stderr; then libFuzzer keeps the input. */
#define fuzz_check(truth, ...)                                                                               \
    do {                                                                                                     \
        if (!(truth)) {                                                                                      \
            fprintf(stderr, "%s:%d: %s: ", __FILE__, __LINE__, #truth);                                      \
            fprintf(stderr, __VA_ARGS__);                                                                    \
            fputc('\n', stderr);                                                                             \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

#endif
