// SPDX-License-Identifier: MIT
/* guestkit's xenstore client against the root domain's server, over one page; and against a server that lies. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <abi/errno.h>
#include <guestkit/xenstore_client.h>
#include "root-domain/xenstore/local.h"

static struct xs_store *server;
static struct xs_connection *local;
static struct xenstore_domain_interface page;
static struct xenstore client;
static bool held;
static unsigned waits;
static void (*server_turn)(void);

static void run_server(void)
{
    xs_domain_run(server, 1);
}

static void notify_client(void *context)
{
}

static void notify(void *context)
{
}

static void hold(void *context, bool on)
{
    assert_int_equal(held, !on);
    held = on;
}

/* The server does all that it can only while the client waits. */
static void wait(void *context)
{
    assert_true(held);
    assert_in_range(++waits, 0, 100000);
    server_turn();
}

static const struct xenstore_wire wire = {.notify = notify, .hold = hold, .wait = wait};

static int set_up(void **state)
{
    server = xs_store_create(NULL);
    local = xs_local_open(server);
    memset(&page, 0, sizeof(page));
    waits = 0;
    held = false;
    server_turn = run_server;
    xs_introduce(server, 1, &page, notify_client, NULL);
    xs_local_mkdir(local, 0, "/local/domain/1");
    xs_local_set_perms(local, 0, "/local/domain/1", "n1");
    assert_int_equal(xenstore_start(&client, &page, &wire), 0);
    return 0;
}

static int tear_down(void **state)
{
    assert_false(held);
    xs_store_destroy(server);
    return 0;
}

static void values(void **state)
{
    char value[32];

    assert_int_equal(xenstore_write(&client, 0, "a/b", "hello"), 0);
    assert_int_equal(xenstore_read(&client, 0, "a/b", value, sizeof(value)), 5);
    assert_string_equal(value, "hello");
    assert_int_equal(xenstore_read(&client, 0, "a/b", value, 5), -XEN_E2BIG);
    assert_int_equal(xenstore_read(&client, 0, "a/b", value, 6), 5);
    assert_int_equal(xenstore_read(&client, 0, "a/c", value, sizeof(value)), -XEN_ENOENT);
    assert_int_equal(xenstore_read(&client, 0, "/x", value, sizeof(value)), -XEN_EACCES);
    assert_int_equal(xenstore_mkdir(&client, 0, "a/d"), 0);
    assert_int_equal(xenstore_list(&client, 0, "a", value, sizeof(value)), 4);
    assert_memory_equal(value, "b\0d", 4);
    assert_int_equal(xenstore_set_permissions(&client, 0, "a/d", "n1 r2"), 0);
    assert_int_equal(xs_local_get_perms(local, 0, "/local/domain/1/a/d", value, sizeof(value)), 0);
    assert_string_equal(value, "n1 r2");
    assert_int_equal(xenstore_rm(&client, 0, "a"), 0);
    assert_int_equal(xenstore_read(&client, 0, "a/b", value, sizeof(value)), -XEN_ENOENT);
}

static void large_values(void **state)
{
    static char value[2001], back[4100];

    memset(value, 'v', 2000);
    for (unsigned i = 0; i < 30; i++) {
        value[i] = 'x';
        assert_int_equal(xenstore_write(&client, 0, "big", value), 0);
        assert_int_equal(xenstore_read(&client, 0, "big", back, sizeof(back)), 2000);
        assert_string_equal(back, value);
    }
    memset(back, 'y', sizeof(back) - 1);
    assert_int_equal(xenstore_write(&client, 0, "big", back), -XEN_E2BIG); /* never sent */
}

static void transaction(void **state)
{
    char value[16];
    uint32_t id;

    assert_int_equal(xenstore_write(&client, 0, "n", "1"), 0);
    assert_int_equal(xenstore_transaction_start(&client, &id), 0);
    assert_int_not_equal(id, 0);
    assert_int_equal(xenstore_read(&client, id, "n", value, sizeof(value)), 1);
    assert_int_equal(xenstore_write(&client, id, "n", "2"), 0);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/n", "3"), 0);
    assert_int_equal(xenstore_transaction_end(&client, id, true), -XEN_EAGAIN);
    assert_int_equal(xenstore_transaction_start(&client, &id), 0);
    assert_int_equal(xenstore_write(&client, id, "n", "2"), 0);
    assert_int_equal(xenstore_transaction_end(&client, id, true), 0);
    xenstore_read(&client, 0, "n", value, sizeof(value));
    assert_string_equal(value, "2");
}

static void expect_event(const char *expected_path, const char *expected_token)
{
    char path[32], token[8];

    assert_true(xenstore_next_event(&client, path, sizeof(path), token, sizeof(token)));
    assert_string_equal(path, expected_path);
    assert_string_equal(token, expected_token);
}

static void no_event(void)
{
    char path[32], token[8];

    assert_false(xenstore_next_event(&client, path, sizeof(path), token, sizeof(token)));
}

static void watches(void **state)
{
    char value[8];

    no_event();
    assert_int_equal(xenstore_watch(&client, "w", "tok"), 0);
    expect_event("w", "tok");
    no_event();
    /* Events that arrive before an answer wait for their turn. */
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/a", "x"), 0);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/b", "x"), 0);
    assert_int_equal(xenstore_read(&client, 0, "w/a", value, sizeof(value)), 1);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/c", "x"), 0);
    expect_event("w/a", "tok");
    expect_event("w/b", "tok");
    expect_event("w/c", "tok");
    no_event();
    /* A path longer than the caller's room is cut. */
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/0123456789012345678901234567890123456789",
                                    "x"),
                     0);
    expect_event("w/01234567890123456789012345678", "tok");
    assert_int_equal(xenstore_unwatch(&client, "w", "tok"), 0);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/c", "y"), 0);
    no_event();
}

/* More events than are kept: the client hears that it missed some. */
static void too_many_events(void **state)
{
    char path[64], token[8], value[8];
    unsigned kept = 0;
    bool told = false;

    assert_int_equal(xenstore_watch(&client, "w", "t"), 0);
    for (unsigned i = 0; i < 600; i++) {
        sprintf(path, "/local/domain/1/w/%u", i);
        assert_int_equal(xs_local_write(local, 0, path, "x"), 0);
        xenstore_read(&client, 0, "w/0", value, sizeof(value));
    }
    while (xenstore_next_event(&client, path, sizeof(path), token, sizeof(token))) {
        told |= !path[0];
        kept++;
    }
    assert_true(told);
    assert_in_range(kept, 400, 599);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w/new", "x"), 0);
    expect_event("w/new", "t");
}

/* A kernel that takes over from another, such as the one GRUB starts. */
static void taken_over(void **state)
{
    assert_int_equal(xenstore_watch(&client, "w", "old"), 0);
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w", "x"), 0);
    assert_int_equal(xenstore_start(&client, &page, &wire), 0);
    no_event();
    assert_int_equal(xs_local_write(local, 0, "/local/domain/1/w", "y"), 0);
    no_event();
}

static void index_too_far(void)
{
    page.rsp_prod = page.rsp_cons + XENSTORE_RING_SIZE + 1;
}

static void answer_too_long(void)
{
    struct xsd_sockmsg header = {.type = XS_READ, .req_id = client.last_id, .len = XENSTORE_PAYLOAD_MAX + 1};

    for (unsigned i = 0; i < sizeof(header); i++)
        page.rsp[MASK_XENSTORE_IDX(page.rsp_prod++)] = ((char *)&header)[i];
}

static void says_error(void)
{
    page.error = XENSTORE_ERROR_PROTO;
}

static void lying_server(void **state)
{
    static void (*const lies[])(void) = {index_too_far, answer_too_long, says_error};
    char value[8];

    for (unsigned i = 0; i < 3; i++) {
        page.error = 0;
        server_turn = run_server;
        xs_introduce(server, 1, &page, notify_client, NULL);
        assert_int_equal(xenstore_start(&client, &page, &wire), 0);
        server_turn = lies[i];
        assert_int_equal(xenstore_read(&client, 0, "x", value, sizeof(value)), -XEN_EIO);
        assert_int_equal(xenstore_read(&client, 0, "x", value, sizeof(value)), -XEN_EIO); /* and stays so */
        page.rsp_prod = page.rsp_cons = page.req_prod = page.req_cons = 0;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(large_values, set_up, tear_down),
        cmocka_unit_test_setup_teardown(transaction, set_up, tear_down),
        cmocka_unit_test_setup_teardown(watches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_many_events, set_up, tear_down),
        cmocka_unit_test_setup_teardown(taken_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(lying_server, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
