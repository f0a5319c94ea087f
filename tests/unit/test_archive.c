// SPDX-License-Identifier: MIT
/*
 * The demo's tar reader, on archives written here byte by byte: what well-behaved writers produce, and what a
 * hostile one could. System tests feed it archives made by GNU tar.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <guestkit/archive.h>

static struct {
    uint8_t *bytes; /* exactly `size` of them, so that ASan sees a read past the end */
    size_t size;
} tar;

static struct archive_member member;

static int reset(void **state)
{
    free(tar.bytes);
    tar.bytes = NULL;
    tar.size = 0;
    member.next = 0;
    return 0;
}

static void add(const void *data, size_t size)
{
    tar.bytes = realloc(tar.bytes, tar.size + size);
    assert_true(tar.bytes || !size);
    if (size)
        memcpy(tar.bytes + tar.size, data, size);
    tar.size += size;
}

/* One header block, with a right checksum. `size` is the text of the size field. */
static void add_header(const char *prefix, const char *name, char type, const char *size)
{
    char header[512] = {0};
    unsigned sum = 0;

    strncpy(header, name, 100);
    strcpy(header + 100, "0000644");
    strncpy(header + 124, size, 12);
    memset(header + 148, ' ', 8);
    header[156] = type;
    memcpy(header + 257, "ustar\00000", 8);
    strncpy(header + 345, prefix, 155);
    for (size_t i = 0; i < sizeof(header); i++)
        sum += (uint8_t)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    add(header, sizeof(header));
}

static void add_member(const char *name, char type, const char *data, size_t size)
{
    static const char filling[512];
    char octal[12];

    snprintf(octal, sizeof(octal), "%011zo", size);
    add_header("", name, type, octal);
    add(data, size);
    add(filling, -size % 512);
}

static void add_end(void)
{
    static const char zeroes[1024];

    add(zeroes, sizeof(zeroes));
}

static enum archive_result next(void)
{
    struct archive archive = {.start = tar.bytes, .size = tar.size};

    return archive_next(&archive, &member);
}

static void expect_member(const char *name, const char *data)
{
    assert_int_equal(next(), ARCHIVE_MEMBER);
    assert_string_equal(member.name, name);
    assert_int_equal(member.size, strlen(data));
    assert_memory_equal(member.data, data, strlen(data));
}

static void files_and_folders(void **state)
{
    add_member("./", '5', "", 0);
    add_member("./sub/", '5', "", 0);
    add_member("./sub/a", '0', "hello", 5);
    add_member("b", '\0', "", 0);
    add_end();
    assert_int_equal(next(), ARCHIVE_MEMBER);
    assert_string_equal(member.name, "sub");
    assert_true(member.folder);
    expect_member("sub/a", "hello");
    assert_false(member.folder);
    expect_member("b", "");
    assert_int_equal(next(), ARCHIVE_END);
}

static void prefix_and_name_are_joined(void **state)
{
    char name[101];

    memset(name, 'n', 100);
    name[100] = '\0';
    add_header("some/prefix", name, '0', "00000000000");
    add_end();
    assert_int_equal(next(), ARCHIVE_MEMBER);
    assert_int_equal(strlen(member.name), 112);
    assert_memory_equal(member.name, "some/prefix/nnn", 15);
}

static void gnu_long_name(void **state)
{
    char name[300];

    memset(name, 'x', 299);
    name[299] = '\0';
    add_member("././@LongLink", 'L', name, 300);
    add_member("xxx", '0', "1", 1);
    add_member("next", '0', "2", 1);
    add_end();
    expect_member(name, "1");
    expect_member("next", "2");
}

static void pax_path_and_size(void **state)
{
    const char *records = "30 mtime=1700000000.123456789\n20 path=long/name/p\n9 size=3\n";

    add_member("PaxHeaders/p", 'x', records, strlen(records));
    add_header("", "short", '0', "00000000000");
    add("abc", 3);
    expect_member("long/name/p", "abc");
    assert_int_equal(next(), ARCHIVE_END);
}

static void links_and_global_headers_are_passed_over(void **state)
{
    add_member("global", 'g', "19 path=not/for/one\n", 20);
    add_member("link", '2', "", 0);
    add_member("file", '0', "f", 1);
    add_end();
    expect_member("file", "f");
}

static void base_256_size(void **state)
{
    char size[12] = {(char)0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3};
    char header[512];
    unsigned sum = 0;

    add_header("", "big", '0', "");
    memcpy(header, tar.bytes, 512);
    memcpy(header + 124, size, 12);
    memset(header + 148, ' ', 8);
    for (size_t i = 0; i < sizeof(header); i++)
        sum += (uint8_t)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    memcpy(tar.bytes, header, 512);
    add("xyz", 3);
    expect_member("big", "xyz");
}

static void find_by_name(void **state)
{
    struct archive archive;

    add_member("./one", '0', "1", 1);
    add_member("./two", '0', "22", 2);
    add_member("./dir", '5', "", 0);
    add_end();
    archive = (struct archive){.start = tar.bytes, .size = tar.size};
    assert_int_equal(archive_find(&archive, "two", &member), ARCHIVE_MEMBER);
    assert_int_equal(member.size, 2);
    assert_int_equal(archive_find(&archive, "./one", &member), ARCHIVE_MEMBER);
    assert_int_equal(archive_find(&archive, "dir", &member), ARCHIVE_END);
    assert_int_equal(archive_find(&archive, "three", &member), ARCHIVE_END);
}

static void an_empty_archive_ends(void **state)
{
    assert_int_equal(next(), ARCHIVE_END);
}

static void cut_short_anywhere(void **state)
{
    size_t whole;

    add_member("file", '0', "0123456789", 10);
    whole = tar.size;
    for (size_t size = 1; size < 512 + 10; size++) {
        uint8_t *part = malloc(size);
        struct archive archive = {.start = part, .size = size};

        assert_non_null(part);
        memcpy(part, tar.bytes, size);
        member.next = 0;
        assert_int_equal(archive_next(&archive, &member), ARCHIVE_DAMAGED);
        free(part);
    }
    assert_int_equal(whole, 1024);
}

/* Through a window of a few blocks: what is not in it is asked for, and nothing outside it is read. */
static void a_window_shows_the_same(void **state)
{
    static const char long_name[] = "a/name/that/is/in/a/member/of/its/own";
    uint64_t first = 0;
    unsigned members = 0, moves = 0;

    for (unsigned i = 0; i < 3; i++) {
        add_member("big", '0', "", 0);
        add_member("@LongLink", 'L', long_name, sizeof(long_name) - 1);
        add_member("short", '0', "12345", 5);
    }
    add_end();
    while (true) {
        size_t held = 4 * 512 < tar.size - first ? 4 * 512 : tar.size - first;
        uint8_t *window = malloc(held);
        struct archive archive = {.start = window, .size = tar.size, .first = first, .held = held};
        enum archive_result result;

        memcpy(window, tar.bytes + first, held);
        result = archive_next(&archive, &member);
        free(window);
        if (result == ARCHIVE_ABSENT) {
            assert_true(member.next > first);
            first = member.next;
            moves++;
            continue;
        }
        if (result == ARCHIVE_END)
            break;
        assert_int_equal(result, ARCHIVE_MEMBER);
        assert_string_equal(member.name, members % 2 ? long_name : "big");
        assert_int_equal(member.size, members % 2 ? 5 : 0);
        if (members % 2)
            assert_memory_equal(tar.bytes + member.offset, "12345", 5);
        members++;
    }
    assert_int_equal(members, 6);
    assert_true(moves > 1);
}

static void a_wrong_checksum_is_noticed(void **state)
{
    add_member("file", '0', "data", 4);
    tar.bytes[3] ^= 1;
    assert_int_equal(next(), ARCHIVE_DAMAGED);
}

static void sizes_that_overflow(void **state)
{
    static const char *const sizes[] = {"77777777777", "\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
                                        "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "9", "0x10"};

    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        reset(NULL);
        add_header("", "file", '0', sizes[i]);
        add_end();
        assert_int_equal(next(), ARCHIVE_DAMAGED);
    }
}

static void pax_records_that_lie(void **state)
{
    static const char *const records[] = {"99 path=a\n",
                                          "4 path=a\n",
                                          "path=a\n",
                                          "0 path=a\n",
                                          "10 path=ab",
                                          "10 pathxab\n",
                                          "18446744073709551626 path=a\n",
                                          "11 size=-1\n",
                                          "36 size=99999999999999999999999999999\n"};

    for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
        reset(NULL);
        add_member("p", 'x', records[i], strlen(records[i]));
        add_member("file", '0', "data", 4);
        assert_int_equal(next(), ARCHIVE_DAMAGED);
    }
}

static void a_name_too_long_is_damage(void **state)
{
    char *name = malloc(ARCHIVE_NAME_MAX + 1);

    assert_non_null(name);
    memset(name, 'n', ARCHIVE_NAME_MAX + 1);
    add_member("././@LongLink", 'L', name, ARCHIVE_NAME_MAX + 1);
    add_member("n", '0', "", 0);
    free(name);
    assert_int_equal(next(), ARCHIVE_DAMAGED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(files_and_folders, reset),
        cmocka_unit_test_setup(prefix_and_name_are_joined, reset),
        cmocka_unit_test_setup(gnu_long_name, reset),
        cmocka_unit_test_setup(pax_path_and_size, reset),
        cmocka_unit_test_setup(links_and_global_headers_are_passed_over, reset),
        cmocka_unit_test_setup(base_256_size, reset),
        cmocka_unit_test_setup(find_by_name, reset),
        cmocka_unit_test_setup(an_empty_archive_ends, reset),
        cmocka_unit_test_setup(a_window_shows_the_same, reset),
        cmocka_unit_test_setup(cut_short_anywhere, reset),
        cmocka_unit_test_setup(a_wrong_checksum_is_noticed, reset),
        cmocka_unit_test_setup(sizes_that_overflow, reset),
        cmocka_unit_test_setup(pax_records_that_lie, reset),
        cmocka_unit_test_setup(a_name_too_long_is_damage, reset),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);

    reset(NULL);
    return failed;
}
