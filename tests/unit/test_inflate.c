// SPDX-License-Identifier: MIT
/* domain/inflate.c, on files made by another compressor and on damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/inflate.h"

/* "To be, or not to be, that is the question. " twelve times, in the fixed code. */
static const uint8_t fixed_code[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x0b, 0xc9, 0x57, 0x48, 0x4a, 0xd5,
    0x51, 0xc8, 0x2f, 0x52, 0xc8, 0xcb, 0x2f, 0x51, 0x28, 0x81, 0xf0, 0x4a, 0x32, 0x12, 0x4b, 0x14,
    0x32, 0x8b, 0x81, 0x74, 0xaa, 0x42, 0x61, 0x69, 0x6a, 0x71, 0x49, 0x66, 0x7e, 0x9e, 0x9e, 0x42,
    0xc8, 0xa8, 0xd2, 0xe1, 0xa9, 0x14, 0x00, 0x56, 0x58, 0xf8, 0x50, 0x04, 0x02, 0x00, 0x00,
};

/* The same, the alphabet three times and once backwards, in a code of its own, with a file name. */
static const uint8_t own_code[] = {
    0x1f, 0x8b, 0x08, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x6b, 0x65, 0x72, 0x6e, 0x65, 0x6c, 0x00,
    0xed, 0x8a, 0xc9, 0x0d, 0x80, 0x20, 0x10, 0x00, 0x5b, 0xd9, 0x02, 0x8c, 0xd5, 0xd0, 0x00, 0xe8, 0x72,
    0x28, 0xb2, 0x1c, 0x8b, 0x82, 0xd5, 0x6b, 0x62, 0x07, 0x3e, 0x8d, 0xaf, 0xc9, 0x64, 0x46, 0x10, 0x28,
    0x1c, 0x80, 0x32, 0x04, 0x62, 0xe0, 0xc7, 0xd8, 0x4a, 0x06, 0x57, 0x6e, 0x22, 0xa4, 0x8a, 0x85, 0x1d,
    0x85, 0x11, 0xc4, 0xbf, 0x7e, 0x73, 0x95, 0x6a, 0x9a, 0x51, 0x1b, 0xeb, 0x96, 0xd5, 0x6f, 0x81, 0x62,
    0xca, 0x85, 0xeb, 0x7e, 0xb4, 0x7e, 0xbe, 0x29, 0x67, 0x6f, 0xc7, 0x5e, 0xb9, 0xe4, 0x14, 0x29, 0x6c,
    0x7e, 0x5d, 0x9c, 0x35, 0x1a, 0xe7, 0x49, 0xc9, 0x0b, 0x94, 0x91, 0x5c, 0xe2, 0x6c, 0x02, 0x00, 0x00,
};

/* "stored as it is" */
static const uint8_t stored[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x01, 0x0f, 0x00,
    0xf0, 0xff, 0x73, 0x74, 0x6f, 0x72, 0x65, 0x64, 0x20, 0x61, 0x73, 0x20, 0x69,
    0x74, 0x20, 0x69, 0x73, 0x65, 0x78, 0xd1, 0x5a, 0x0f, 0x00, 0x00, 0x00,
};

static const char line[] = "To be, or not to be, that is the question. ";

/* Copies of exactly the right size, so that the sanitizer sees the first byte too many. */
static const char *expand(void *out, uint64_t out_size, const uint8_t *in, uint64_t size)
{
    uint8_t *copy = malloc(size ? size : 1), *result = malloc(out_size ? out_size : 1);
    const char *problem;

    memcpy(copy, in, size);
    problem = gzip_expand(result, out_size, copy, size);
    if (out)
        memcpy(out, result, out_size);
    free(copy);
    free(result);
    return problem;
}

static void expect_lines(const char *out)
{
    for (unsigned i = 0; i < 12; i++)
        assert_memory_equal(out + i * (sizeof(line) - 1), line, sizeof(line) - 1);
}

static void expands_the_fixed_code(void **state)
{
    char out[12 * (sizeof(line) - 1)];

    assert_true(gzip_is(fixed_code, sizeof(fixed_code)));
    assert_int_equal(gzip_expanded_size(fixed_code, sizeof(fixed_code)), sizeof(out));
    assert_null(expand(out, sizeof(out), fixed_code, sizeof(fixed_code)));
    expect_lines(out);
}

static void expands_a_code_of_its_own(void **state)
{
    char out[12 * (sizeof(line) - 1) + 4 * 26];

    assert_int_equal(gzip_expanded_size(own_code, sizeof(own_code)), sizeof(out));
    assert_null(expand(out, sizeof(out), own_code, sizeof(own_code)));
    expect_lines(out);
    assert_memory_equal(out + sizeof(out) - 26, "zyxwvutsrqponmlkjihgfedcba", 26);
}

static void expands_stored_bytes(void **state)
{
    char out[15];

    assert_null(expand(out, sizeof(out), stored, sizeof(stored)));
    assert_memory_equal(out, "stored as it is", sizeof(out));
}

static void refuses_other_lengths(void **state)
{
    assert_non_null(expand(NULL, 14, stored, sizeof(stored)));
    assert_non_null(expand(NULL, 16, stored, sizeof(stored)));
    assert_non_null(expand(NULL, 0, fixed_code, sizeof(fixed_code)));
}

static void refuses_truncation(void **state)
{
    for (uint64_t size = 0; size < sizeof(own_code); size++)
        assert_non_null(expand(NULL, 620, own_code, size));
    assert_int_equal(gzip_expanded_size(own_code, 17), 0);
}

/* A flipped bit is noticed, unless it is one of the unused ones that fill the last byte; none leads outside. */
static void notices_flipped_bits(void **state)
{
    uint8_t damaged[sizeof(own_code)];
    char out[12 * (sizeof(line) - 1) + 4 * 26];

    for (uint64_t bit = 8 * 17; bit < 8 * sizeof(own_code); bit++) {
        memcpy(damaged, own_code, sizeof(damaged));
        damaged[bit / 8] ^= (uint8_t)(1u << bit % 8);
        if (!expand(out, sizeof(out), damaged, sizeof(damaged))) {
            assert_int_equal(bit / 8, sizeof(own_code) - 9);
            expect_lines(out);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expands_the_fixed_code), cmocka_unit_test(expands_a_code_of_its_own),
        cmocka_unit_test(expands_stored_bytes),   cmocka_unit_test(refuses_other_lengths),
        cmocka_unit_test(refuses_truncation),     cmocka_unit_test(notices_flipped_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
