// SPDX-License-Identifier: MIT
/* root-domain/consoles: the toolstack's side of the console ring, with a guest that lies, and the history. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "root-domain/consoles/history.h"
#include "root-domain/consoles/ring.h"

static struct xencons_interface page;
static struct console_ring ring;

static int fresh(void **state)
{
    memset(&page, 0, sizeof(page));
    console_ring_open(&ring, &page);
    return 0;
}

static void guest_prints(const char *text)
{
    while (*text)
        page.out[page.out_prod++ % sizeof(page.out)] = *text++;
}

static void output_comes_through(void **state)
{
    char got[64];

    guest_prints("hello");
    assert_int_equal(console_ring_take(&ring, got, 3), 3);
    assert_memory_equal(got, "hel", 3);
    assert_int_equal(page.out_cons, 3);
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 2);
    assert_memory_equal(got, "lo", 2);
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 0);
}

/* Around the end of the ring, and around the end of the numbers. */
static void indices_run_freely(void **state)
{
    char got[4096];

    page.out_prod = page.out_cons = 0xffffffff - 1000;
    page.in_prod = page.in_cons = 0xffffffff - 10;
    console_ring_open(&ring, &page);
    for (unsigned i = 0; i < 2048; i++)
        guest_prints("x");
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 2048);
    assert_int_equal(page.out_cons, page.out_prod);
    for (unsigned i = 0; i < 2048; i++)
        assert_int_equal(got[i], 'x');
    assert_int_equal(console_ring_put(&ring, "0123456789abcdef", 16), 16);
    assert_int_equal(page.in_prod, 5);
    assert_int_equal(page.in[(0xffffffff - 10) % sizeof(page.in)], '0');
    assert_int_equal(page.in[4], 'f');
}

static void wrong_output_index_begins_afresh(void **state)
{
    char got[64];

    page.out_prod = 2049;
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 0);
    assert_int_equal(page.out_cons, 2049);
    guest_prints("ok");
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 2);
    assert_memory_equal(got, "ok", 2);
    /* Our own index is not read back from the page. */
    page.out_cons = 77;
    guest_prints("more");
    assert_int_equal(console_ring_take(&ring, got, sizeof(got)), 4);
    assert_memory_equal(got, "more", 4);
}

static void one_byte_stays_free(void **state)
{
    static char text[2000];

    memset(text, 'k', sizeof(text));
    assert_int_equal(console_ring_put(&ring, text, sizeof(text)), 1023);
    assert_int_equal(page.in_prod, 1023);
    assert_int_equal(console_ring_put(&ring, text, 1), 0);
    page.in_cons = 100;
    assert_int_equal(console_ring_put(&ring, text, sizeof(text)), 100);
    /* A consumer that claims to be ahead of the producer. */
    page.in_cons = page.in_prod + 5;
    assert_int_equal(console_ring_put(&ring, "z", 1), 1);
    assert_int_equal(page.in_prod, page.in_cons + 1);
    /* And our index does not come from the page either. */
    page.in_prod = 0;
    assert_int_equal(console_ring_put(&ring, "y", 1), 1);
    assert_int_equal(page.in_prod, page.in_cons + 2);
}

static struct history history;

static size_t all_pieces(uint64_t *position, char *out)
{
    const char *text;
    size_t length, total = 0;

    while ((length = history_piece(&history, position, &text))) {
        memcpy(out + total, text, length);
        total += length;
    }
    return total;
}

static void history_keeps_the_last(void **state)
{
    static char out[HISTORY_BYTES];
    uint64_t position = 0;

    memset(&history, 0, sizeof(history));
    history_add(&history, "abc", 3);
    assert_int_equal(all_pieces(&position, out), 3);
    assert_memory_equal(out, "abc", 3);
    assert_int_equal(position, 3);
    for (unsigned i = 0; i < HISTORY_BYTES / 2; i++)
        history_add(&history, "xy", 2);
    assert_int_equal(history_start(&history), 3);
    history_add(&history, "end", 3);
    assert_int_equal(all_pieces(&position, out), HISTORY_BYTES);
    assert_memory_equal(out + HISTORY_BYTES - 3, "end", 3);
    assert_memory_equal(out, "yx", 2);
    assert_int_equal(all_pieces(&position, out), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(output_comes_through, fresh),
        cmocka_unit_test_setup(indices_run_freely, fresh),
        cmocka_unit_test_setup(wrong_output_index_begins_afresh, fresh),
        cmocka_unit_test_setup(one_byte_stays_free, fresh),
        cmocka_unit_test(history_keeps_the_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
