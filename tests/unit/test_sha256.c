// SPDX-License-Identifier: MIT
/* The demo's SHA-256 against the examples of FIPS 180-4 and NIST's test vectors, whole and in every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "demo-guest/sha256.h"

static void check(const void *data, size_t size, size_t piece, const char *expected)
{
    struct sha256 hash;
    uint8_t digest[SHA256_SIZE];
    char text[2 * SHA256_SIZE + 1];

    sha256_start(&hash);
    for (size_t at = 0; at < size; at += piece)
        sha256_add(&hash, (const char *)data + at, size - at < piece ? size - at : piece);
    sha256_end(&hash, digest);
    for (unsigned i = 0; i < SHA256_SIZE; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
    assert_string_equal(text, expected);
}

static void nothing(void **state)
{
    check("", 0, 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void short_texts(void **state)
{
    check("abc", 3, 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, 56,
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void every_cut_gives_the_same(void **state)
{
    const char *text = "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                       "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu";

    for (size_t piece = 1; piece <= 112; piece++)
        check(text, 112, piece, "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void a_million_letters(void **state)
{
    char *text = malloc(1000000);

    assert_non_null(text);
    memset(text, 'a', 1000000);
    check(text, 1000000, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    check(text, 1000000, 4097, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing),
        cmocka_unit_test(short_texts),
        cmocka_unit_test(every_cut_gives_the_same),
        cmocka_unit_test(a_million_letters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
