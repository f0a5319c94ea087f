// SPDX-License-Identifier: MIT
/* root-domain/shell: editing a line key by key, and cutting lines into commands and words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "root-domain/shell/line.h"
#include "root-domain/shell/words.h"

static struct line line;
static char shown[65536];
static size_t shown_length;
static const char *const offered[] = {"list", "console", "create", "connect", NULL};

static void show(const char *text, size_t length)
{
    if (shown_length + length < sizeof(shown)) {
        memcpy(shown + shown_length, text, length);
        shown_length += length;
    }
    shown[shown_length] = '\0';
}

static const char *candidates(const char *text, size_t start, unsigned index)
{
    return start == 0 ? offered[index] : NULL;
}

static int fresh(void **state)
{
    line_init(&line, "> ", show, candidates);
    shown_length = 0;
    shown[0] = '\0';
    return 0;
}

/* The last event. */
static enum line_event type(const char *keys)
{
    enum line_event event = LINE_EDITED;

    for (; *keys; keys++)
        event = line_key(&line, *keys);
    return event;
}

static void gives(const char *keys, const char *text)
{
    assert_int_equal(type(keys), LINE_DONE);
    assert_string_equal(line.text, text);
}

static void plain_keys(void **state)
{
    gives("list\r", "list");
    assert_string_equal(shown, "list\n");
    gives("\r", "");
}

static void moving_and_deleting(void **state)
{
    gives("xuptim\x05"
          "e\x01\x1b[3~\r",
          "uptime");
    gives("helpp\x7f\r", "help");
    gives("ab\x1b[D-\x1b[C!\r", "a-b!");
    gives("\x1bOHignored\x15kept\r", "kept");
    gives("one two  \x17three\r", "one three");
    gives("abc\x01\x0bxyz\r", "xyz");
    gives("abc\x01\x06\x04\r", "ac");
    gives("abc\x03"
          "d\r",
          "d");
    gives("\x1b[1~a\x1b[4~b\x1b[99999999999~c\r", "abc");
}

static void history_goes_both_ways(void **state)
{
    type("one\rtwo\rtwo\r");
    gives("\x1b[A\r", "two");
    gives("\x1b[A\x1b[A\r", "one");
    gives("\x1b[A\x1b[A\x1b[A\x1b[A\x1b[A\x10\x0e\r", "two");
    for (unsigned i = 0; i < 3 * LINE_HISTORY; i++) {
        char text[4] = {(char)('a' + i % 26), (char)('a' + i / 26), '\r', 0};

        type(text);
    }
    for (unsigned i = 0; i < 2 * LINE_HISTORY; i++)
        type("\x10");
    assert_int_equal(line.length, 2);
}

static void return_and_line_feed_are_one(void **state)
{
    type("a\r");
    assert_int_equal(type("\n"), LINE_EDITED);
    assert_int_equal(type("b\n"), LINE_DONE);
    assert_int_equal(type("\n"), LINE_DONE);
}

static void end_of_input(void **state)
{
    assert_int_equal(type("\x04"), LINE_END);
    assert_int_equal(type("a\x04"), LINE_EDITED);
}

static void completion(void **state)
{
    gives("l\t\r", "list ");
    gives("cr\tx\r", "create x");
    gives("co\t\r", "con");
    shown_length = 0;
    type("con\t");
    assert_non_null(strstr(shown, "console  connect  \n"));
    gives("n\t\r", "connect ");
    gives("z\t\r", "z");
    gives("list c\t\r", "list c");
}

static void too_long(void **state)
{
    for (unsigned i = 0; i < 2 * LINE_MAX_LENGTH; i++)
        type("a");
    assert_int_equal(line.length, LINE_MAX_LENGTH - 1);
    assert_int_equal(type("\r"), LINE_DONE);
    assert_int_equal(strlen(line.text), LINE_MAX_LENGTH - 1);
}

/* Any keys at all leave the buffer in order. */
static void random_keys(void **state)
{
    static const char alphabet[] =
        "ab \t\x1b[OABCDHF~13;\x7f\x01\x02\x03\x05\x06\x08\x0b\x0c\x0e\x10\x15\x17\r\n";

    srand(1);
    for (unsigned i = 0; i < 200000; i++) {
        line_key(&line, alphabet[(unsigned)rand() % (sizeof(alphabet) - 1)]);
        assert_true(line.cursor <= line.length);
        assert_true(line.length < LINE_MAX_LENGTH);
        shown_length = 0;
    }
}

static void cuts(const char *text, int count, const char *joined, const char *left)
{
    char room[256], all[256] = "", *argv[WORDS_MAX + 1];
    const char *rest;

    assert_int_equal(words_take(text, &rest, room, argv), count);
    for (int i = 0; i < count; i++) {
        strcat(all, argv[i]);
        strcat(all, "|");
    }
    assert_null(argv[count]);
    assert_string_equal(all, joined);
    assert_string_equal(rest, left);
}

static void words(void **state)
{
    cuts("", 0, "", "");
    cuts("  ; list", 0, "", " list");
    cuts("create a.cfg;list", 2, "create|a.cfg|", "list");
    cuts("a 'b; c' \"d'e\"f\ng", 3, "a|b; c|d'ef|", "g");
    cuts("a ''", 2, "a||", "");
    cuts("a 'open ; b", 2, "a|open ; b|", "");
}

static void too_many_words(void **state)
{
    char text[256], room[1024], *argv[WORDS_MAX + 1];
    const char *rest;

    for (unsigned i = 0; i < sizeof(text) - 1; i++)
        text[i] = i % 2 ? ' ' : 'x';
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(words_take(text, &rest, room, argv), WORDS_MAX);
    assert_string_equal(rest, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(plain_keys, fresh),
        cmocka_unit_test_setup(moving_and_deleting, fresh),
        cmocka_unit_test_setup(history_goes_both_ways, fresh),
        cmocka_unit_test_setup(return_and_line_feed_are_one, fresh),
        cmocka_unit_test_setup(end_of_input, fresh),
        cmocka_unit_test_setup(completion, fresh),
        cmocka_unit_test_setup(too_long, fresh),
        cmocka_unit_test_setup(random_keys, fresh),
        cmocka_unit_test(words),
        cmocka_unit_test(too_many_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
