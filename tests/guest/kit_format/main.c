/* SPDX-License-Identifier: MIT */
/*
 * run-cpu: qemu64
 *
 * The kit's formatter and memory functions.
 */
#include <guestkit/format.h>
#include <guestkit/string.h>
#include <guestkit/test.h>

static char text[64];

#define expect_text(wanted, ...)                                                                             \
    do {                                                                                                     \
        int length = format_string(text, sizeof(text), __VA_ARGS__);                                         \
        expect(!strcmp(text, wanted) && length == (int)strlen(wanted), "'%s' is not '%s'", text, wanted);    \
    } while (0)

static void test_format(void)
{
    expect_text("plain", "plain");
    expect_text("-42 42 2a 2A", "%d %u %x %X", -42, 42u, 42u, 42u);
    expect_text("   -7|-7   |-0007", "%5d|%-5d|%05d", -7, -7, -7);
    expect_text("18446744073709551615", "%llu", 18446744073709551615ull);
    expect_text("-9223372036854775808", "%lld", (long long)(-9223372036854775807ll - 1));
    expect_text("deadbeefcafe", "%llx", 0xdeadbeefcafeull);
    expect_text("2147483647 0", "%ld %zu", 2147483647l, (size_t)0);
    expect_text("abc|  abc|abc  |ab", "%s|%5s|%-5s|%.2s", "abc", "abc", "abc", "abc");
    const char *volatile nothing = NULL;
    expect_text("(null) x 0x1000 100%", "%s %c %p 100%%", nothing, 'x', (void *)0x1000);
    expect_text("    5", "%*d", 5, 5);
    expect_equal(format_string(text, 4, "%s", "abcdef"), 6);
    expect(!strcmp(text, "abc"), "%s", text);
}

static void test_memory(void)
{
    static char area[256], copy[256];

    for (unsigned int from = 0; from < 9; from++) {
        for (unsigned int to = 0; to < 9; to++) {
            for (unsigned int size = 0; size < 20; size++) {
                for (unsigned int i = 0; i < 64; i++) {
                    area[i] = copy[i] = (char)(i * 7);
                }
                memmove(area + to, area + from, size);
                unsigned int wrong = 0;
                for (unsigned int i = 0; i < 64; i++) {
                    char wanted = i >= to && i < to + size ? copy[from + i - to] : copy[i];
                    wrong += area[i] != wanted;
                }
                expect(!wrong, "memmove of %u from %u to %u", size, from, to);
            }
        }
    }
    memset(area, 0x11, sizeof(area));
    memset(area + 3, 0x22, 7);
    expect(area[2] == 0x11 && area[3] == 0x22 && area[9] == 0x22 && area[10] == 0x11);
    memcpy(area + 1, "0123456789", 10);
    expect_equal(memcmp(area + 1, "0123456789", 10), 0);
    expect(memcmp("abc", "abd", 3) < 0 && memcmp("\xff", "a", 1) > 0);
    expect(strcmp("a", "ab") < 0 && strncmp("abc", "abd", 2) == 0);
}

GUEST_TEST("formatter and memory functions")
{
    test_format();
    test_memory();
}
