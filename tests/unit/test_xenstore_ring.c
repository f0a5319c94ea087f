// SPDX-License-Identifier: MIT
/*
 * The xenstore server over its rings: domains that send byte by byte, that do not read, that lie about their
 * indices, that die and come again.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <abi/errno.h>
#include "root-domain/xenstore/local.h"

struct guest {
    struct xenstore_domain_interface page;
    unsigned notified;
    domid_t domain;
};

static struct xs_store *store;
static struct xs_connection *local;
static struct guest one, two;

static void notify(void *context)
{
    ((struct guest *)context)->notified++;
}

static void introduce(struct guest *guest, domid_t domain)
{
    char path[64], permissions[16];

    memset(guest, 0, sizeof(*guest));
    guest->domain = domain;
    sprintf(path, "/local/domain/%u", domain);
    sprintf(permissions, "n%u", domain);
    assert_int_equal(xs_introduce(store, domain, &guest->page, notify, guest), 0);
    assert_int_equal(xs_local_mkdir(local, 0, path), 0);
    assert_int_equal(xs_local_set_perms(local, 0, path, permissions), 0);
}

static int set_up(void **state)
{
    store = xs_store_create(NULL);
    local = xs_local_open(store);
    introduce(&one, 1);
    introduce(&two, 2);
    return 0;
}

static int tear_down(void **state)
{
    xs_store_destroy(store);
    return 0;
}

static void put(struct guest *guest, const void *data, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++)
        guest->page.req[MASK_XENSTORE_IDX(guest->page.req_prod++)] = ((const char *)data)[i];
}

static void request(struct guest *guest, uint32_t type, uint32_t id, const void *data, uint32_t length)
{
    struct xsd_sockmsg header = {.type = type, .req_id = id, .len = length};

    put(guest, &header, sizeof(header));
    put(guest, data, length);
}

static uint32_t waiting(const struct guest *guest)
{
    return guest->page.rsp_prod - guest->page.rsp_cons;
}

static void get(struct guest *guest, void *data, uint32_t length)
{
    for (uint32_t i = 0; i < length; i++) {
        while (!waiting(guest)) {
            uint32_t before = guest->page.rsp_prod;

            xs_domain_run(store, guest->domain);
            assert_int_not_equal(guest->page.rsp_prod, before);
        }
        ((char *)data)[i] = guest->page.rsp[MASK_XENSTORE_IDX(guest->page.rsp_cons++)];
    }
}

/* Takes one message; `expected` has `|` for zeroes. */
static void expect(struct guest *guest, uint32_t type, uint32_t id, const char *expected)
{
    struct xsd_sockmsg header;
    char data[XENSTORE_PAYLOAD_MAX + 1];

    get(guest, &header, sizeof(header));
    assert_in_range(header.len, 0, XENSTORE_PAYLOAD_MAX);
    get(guest, data, header.len);
    for (uint32_t i = 0; i < header.len; i++)
        data[i] = data[i] ? data[i] : '|';
    data[header.len] = 0;
    assert_string_equal(data, expected);
    assert_int_equal(header.type, type);
    assert_int_equal(header.req_id, id);
}

static void a_conversation(void **state)
{
    request(&one, XS_WRITE, 11, "name\0value", 10);
    request(&one, XS_READ, 12, "name", 5);
    request(&one, XS_READ, 13, "/none", 6);
    request(&one, XS_GET_DOMAIN_PATH, 14, "7", 2);
    request(&one, XS_IS_DOMAIN_INTRODUCED, 15, "2", 2);
    request(&one, XS_IS_DOMAIN_INTRODUCED, 16, "3", 2);
    assert_false(xs_domain_run(store, 1));
    assert_int_equal(one.notified, 1);
    expect(&one, XS_WRITE, 11, "OK|");
    expect(&one, XS_READ, 12, "value");
    expect(&one, XS_ERROR, 13, "EACCES|");
    expect(&one, XS_GET_DOMAIN_PATH, 14, "/local/domain/7|");
    expect(&one, XS_IS_DOMAIN_INTRODUCED, 15, "T|");
    expect(&one, XS_IS_DOMAIN_INTRODUCED, 16, "F|");
    assert_int_equal(waiting(&one), 0);
    assert_int_equal(one.page.req_cons, one.page.req_prod);
    /* An event with nothing behind it wakes nobody. */
    xs_domain_run(store, 1);
    assert_int_equal(one.notified, 1);
}

static void byte_by_byte(void **state)
{
    char whole[32] = {0};
    struct xsd_sockmsg header = {.type = XS_WRITE, .req_id = 5, .len = 10};

    memcpy(whole, &header, sizeof(header));
    memcpy(whole + sizeof(header), "name\0value", 10);
    for (unsigned i = 0; i < sizeof(header) + 10; i++) {
        assert_int_equal(waiting(&one), 0);
        put(&one, whole + i, 1);
        xs_domain_run(store, 1);
    }
    expect(&one, XS_WRITE, 5, "OK|");
}

/* Many times around both rings, with messages larger than a ring. */
static void around_the_ring(void **state)
{
    static char value[2000];
    char data[2100] = "big", back[2100];
    struct xsd_sockmsg header = {.type = XS_WRITE, .len = 4 + sizeof(value)};

    one.page.req_prod = one.page.req_cons = 0xfffffc00u;
    one.page.rsp_prod = one.page.rsp_cons = 0xffffff01u;
    assert_int_equal(xs_introduce(store, 1, &one.page, notify, &one), 0);
    for (unsigned round = 0; round < 20; round++) {
        for (unsigned i = 0; i < sizeof(value); i++)
            value[i] = (char)(i * 7 + round + 1);
        memcpy(data + 4, value, sizeof(value));
        put(&one, &header, sizeof(header));
        for (unsigned sent = 0; sent < header.len; sent += 334) {
            put(&one, data + sent, 334);
            xs_domain_run(store, 1);
        }
        expect(&one, XS_WRITE, 0, "OK|");
        request(&one, XS_READ, round, "big", 4);
        get(&one, &header, sizeof(header));
        assert_int_equal(header.len, sizeof(value));
        get(&one, back, sizeof(value));
        assert_memory_equal(back, value, sizeof(value));
        header = (struct xsd_sockmsg){.type = XS_WRITE, .len = 4 + sizeof(value)};
    }
}

static void expect_stopped(struct guest *guest, uint32_t error)
{
    unsigned before = guest->notified;

    assert_non_null(xs_domain_stopped(store, guest->domain));
    assert_int_equal(guest->page.error, error);
    assert_int_equal(xs_domain_usage(store, guest->domain).watches, 0);
    guest->page.req_prod = guest->page.req_cons;
    guest->page.rsp_cons = guest->page.rsp_prod;
    request(guest, XS_READ, 1, "x", 2);
    assert_false(xs_domain_run(store, guest->domain));
    assert_int_equal(guest->notified, before); /* deaf from now on */
    assert_null(xs_domain_stopped(store, 3 - guest->domain));
}

static void request_index_too_far(void **state)
{
    request(&one, XS_WATCH, 0, "x\0t", 4);
    xs_domain_run(store, 1);
    one.page.req_prod = one.page.req_cons + XENSTORE_RING_SIZE + 1;
    assert_false(xs_domain_run(store, 1));
    expect_stopped(&one, XENSTORE_ERROR_RINGIDX);
}

static void request_index_behind(void **state)
{
    one.page.req_prod--;
    assert_false(xs_domain_run(store, 1));
    expect_stopped(&one, XENSTORE_ERROR_RINGIDX);
}

static void reply_index_too_far(void **state)
{
    request(&one, XS_READ, 0, "x", 2);
    one.page.rsp_cons = one.page.rsp_prod + 1;
    xs_domain_run(store, 1);
    expect_stopped(&one, XENSTORE_ERROR_RINGIDX);
}

static void request_too_long(void **state)
{
    struct xsd_sockmsg header = {.type = XS_WRITE, .len = XENSTORE_PAYLOAD_MAX + 1};

    put(&one, &header, sizeof(header));
    xs_domain_run(store, 1);
    expect_stopped(&one, XENSTORE_ERROR_PROTO);
}

/* The server believes its own indices, not what the page says they are. */
static void our_indices_overwritten(void **state)
{
    request(&one, XS_WRITE, 1, "a\0x", 3);
    one.page.req_cons += 8;
    one.page.rsp_prod += 500;
    one.page.rsp_cons += 0;
    xs_domain_run(store, 1);
    assert_null(xs_domain_stopped(store, 1));
    expect(&one, XS_WRITE, 1, "OK|");
}

/* Requests wait in the ring while their replies are not taken. */
static void replies_not_taken(void **state)
{
    char value[900];

    memset(value, 'v', sizeof(value));
    assert_int_equal(xs_local_write_bytes(local, 0, "/local/domain/1/v", value, sizeof(value)), 0);
    for (unsigned i = 0; i < 40; i++) {
        request(&one, XS_READ, i, "v", 2);
        while (xs_domain_run(store, 1)) {
        }
    }
    assert_int_equal(xs_domain_usage(store, 1).replies, xs_quota_default.replies);
    assert_int_not_equal(one.page.req_cons, one.page.req_prod);
    for (unsigned i = 0; i < 40; i++) {
        struct xsd_sockmsg header;
        char back[900];

        get(&one, &header, sizeof(header));
        assert_int_equal(header.req_id, i);
        get(&one, back, sizeof(back));
        assert_memory_equal(back, value, sizeof(value));
    }
    assert_null(xs_domain_stopped(store, 1));
}

static void watch_across_domains(void **state)
{
    char path[48];

    request(&one, XS_WRITE, 0, "shared\0", 7);
    request(&one, XS_SET_PERMS, 0, "shared\0n1\0r2", 13);
    xs_domain_run(store, 1);
    expect(&one, XS_WRITE, 0, "OK|");
    expect(&one, XS_SET_PERMS, 0, "OK|");
    request(&two, XS_WATCH, 9, "/local/domain/1/shared\0tok", 27);
    xs_domain_run(store, 2);
    expect(&two, XS_WATCH, 9, "OK|");
    expect(&two, XS_WATCH_EVENT, 0, "/local/domain/1/shared|tok|");
    two.notified = 0;
    request(&one, XS_WRITE, 0, "shared\0new", 10);
    xs_domain_run(store, 1);
    assert_int_equal(two.notified, 1); /* without being run itself */
    expect(&two, XS_WATCH_EVENT, 0, "/local/domain/1/shared|tok|");
    /* One that never reads its events is cut off, and harms nobody. */
    for (unsigned i = 0; i < 900; i++) {
        sprintf(path, "/local/domain/1/shared/%u", i);
        assert_int_equal(xs_local_mkdir(local, 0, path), 0);
        sprintf(path, "/local/domain/1/shared/%u", i);
        assert_int_equal(xs_local_rm(local, 0, path), 0);
    }
    assert_null(xs_domain_stopped(store, 2));
    for (unsigned i = 0; i < 300; i++) {
        sprintf(path, "/local/domain/1/shared/x%u", i);
        assert_int_equal(xs_local_mkdir(local, 0, path), 0);
    }
    expect_stopped(&two, XENSTORE_ERROR_COMM);
}

static void note_event(void *context, const char *path, const char *token)
{
    snprintf(context, 64, "%s %s", path, token);
}

static void a_domain_dies(void **state)
{
    char text[64];

    assert_int_equal(xs_local_watch(local, "@releaseDomain", "rel"), 0);
    assert_true(xs_local_next_event(local, note_event, text));
    request(&one, XS_WATCH, 0, "x\0t", 4);
    request(&one, XS_TRANSACTION_START, 0, "", 1);
    request(&one, XS_WRITE, 0, "data/x\0y", 8);
    xs_domain_run(store, 1);
    assert_int_equal(xs_domain_usage(store, 1).nodes, 3);
    assert_int_equal(xs_domain_usage(store, 1).watches, 1);
    assert_int_equal(xs_domain_usage(store, 1).transactions, 1);
    assert_int_equal(xs_local_mkdir(local, 0, "/readable"), 0);
    assert_int_equal(xs_local_set_perms(local, 0, "/readable", "n0 r1 r2 b1"), 0);
    assert_int_equal(xs_local_mkdir(local, 0, "/local/domain/2/by1"), 0);
    assert_int_equal(xs_local_set_perms(local, 0, "/local/domain/2/by1", "n1"), 0);

    assert_int_equal(xs_release(store, 1), 0);
    assert_int_equal(xs_release(store, 1), -XEN_ENOENT);
    assert_false(xs_is_introduced(store, 1));
    assert_true(xs_local_next_event(local, note_event, text));
    assert_string_equal(text, "@releaseDomain rel");
    assert_int_equal(xs_domain_usage(store, 1).nodes, 0);
    assert_int_equal(xs_local_read(local, 0, "/local/domain/1/data/x", text, sizeof(text)), -XEN_ENOENT);
    assert_int_equal(xs_local_read(local, 0, "/local/domain/2/by1", text, sizeof(text)), -XEN_ENOENT);
    assert_int_equal(xs_local_get_perms(local, 0, "/readable", text, sizeof(text)), 0);
    assert_string_equal(text, "n0 r2");
    /* The page is no longer touched. */
    one.notified = 0;
    request(&one, XS_READ, 0, "x", 2);
    assert_false(xs_domain_run(store, 1));
    assert_int_equal(one.notified, 0);
    /* The next domain of that number starts with nothing. */
    introduce(&one, 1);
    request(&one, XS_READ, 3, "/readable", 10);
    xs_domain_run(store, 1);
    expect(&one, XS_ERROR, 3, "EACCES|");
}

static void reconnect(void **state)
{
    request(&one, XS_WATCH, 0, "x\0t", 4);
    put(&one, "half a message", 7);
    xs_domain_run(store, 1);
    one.page.connection = XENSTORE_RECONNECT;
    one.notified = 0;
    xs_domain_run(store, 1);
    assert_int_equal(one.page.connection, XENSTORE_CONNECTED);
    assert_int_equal(one.notified, 1);
    assert_int_equal(one.page.req_cons | one.page.req_prod | one.page.rsp_cons | one.page.rsp_prod, 0);
    assert_int_equal(xs_domain_usage(store, 1).watches, 0);
    request(&one, XS_WRITE, 4, "a\0b", 3);
    xs_domain_run(store, 1);
    expect(&one, XS_WRITE, 4, "OK|");
}

/* After it was stopped, a domain begins anew by reconnecting, or by being introduced again. */
static void stopped_and_back(void **state)
{
    one.page.req_prod--;
    xs_domain_run(store, 1);
    assert_non_null(xs_domain_stopped(store, 1));
    one.page.connection = XENSTORE_RECONNECT;
    xs_domain_run(store, 1);
    assert_null(xs_domain_stopped(store, 1));
    request(&one, XS_WRITE, 4, "a\0b", 3);
    xs_domain_run(store, 1);
    expect(&one, XS_WRITE, 4, "OK|");
    one.page.req_prod--;
    xs_domain_run(store, 1);
    memset(&one.page, 0, sizeof(one.page));
    assert_int_equal(xs_introduce(store, 1, &one.page, notify, &one), 0);
    request(&one, XS_WRITE, 4, "a\0b", 3);
    xs_domain_run(store, 1);
    expect(&one, XS_WRITE, 4, "OK|");
}

static int introducer(void *context, domid_t domain, uint64_t frame, uint32_t port)
{
    assert_int_equal(frame, 77);
    assert_int_equal(port, 5);
    return xs_introduce(store, domain, &two.page, notify, &two);
}

/* A toolstack in another domain. */
static void privileged_domain(void **state)
{
    assert_int_equal(xs_domain_set_privileged(store, 1, true), 0);
    assert_int_equal(xs_release(store, 2), 0);
    request(&one, XS_INTRODUCE, 1, "2\00077\0005", 7);
    xs_domain_run(store, 1);
    expect(&one, XS_ERROR, 1, "ENOSYS|");
    xs_store_set_introducer(store, introducer, NULL);
    request(&one, XS_INTRODUCE, 1, "2\00077\0005", 7);
    request(&one, XS_RESUME, 2, "2", 2);
    request(&one, XS_RESUME, 3, "9", 2);
    request(&one, XS_SET_TARGET, 4, "2\0001", 4);
    request(&one, XS_WRITE, 5, "/private\0x", 10);
    request(&one, XS_RELEASE, 6, "1", 2);
    request(&one, XS_RELEASE, 7, "0", 2);
    request(&one, XS_INTRODUCE, 8, "40000\00077\0005", 11);
    xs_domain_run(store, 1);
    expect(&one, XS_INTRODUCE, 1, "OK|");
    expect(&one, XS_RESUME, 2, "OK|");
    expect(&one, XS_ERROR, 3, "ENOENT|");
    expect(&one, XS_SET_TARGET, 4, "OK|");
    expect(&one, XS_WRITE, 5, "OK|");
    expect(&one, XS_ERROR, 6, "EINVAL|");
    expect(&one, XS_ERROR, 7, "EINVAL|");
    expect(&one, XS_ERROR, 8, "EINVAL|");
    /* Domain 2 acts for 1 now. */
    request(&two, XS_WRITE, 1, "/local/domain/1/by2\0x", 21);
    xs_domain_run(store, 2);
    expect(&two, XS_WRITE, 1, "OK|");
    request(&one, XS_RELEASE, 9, "2", 2);
    xs_domain_run(store, 1);
    expect(&one, XS_RELEASE, 9, "OK|");
    assert_false(xs_is_introduced(store, 2));
}

/* No domain gets more than a turn's worth of requests served in one go. */
static void turns(void **state)
{
    for (unsigned i = 0; i < 40; i++)
        request(&one, XS_RM, i, "x", 2);
    assert_true(xs_domain_run(store, 1));
    assert_int_not_equal(one.page.req_cons, one.page.req_prod);
    while (xs_domain_run(store, 1)) {
    }
    assert_int_equal(one.page.req_cons, one.page.req_prod);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_conversation, set_up, tear_down),
        cmocka_unit_test_setup_teardown(byte_by_byte, set_up, tear_down),
        cmocka_unit_test_setup_teardown(around_the_ring, set_up, tear_down),
        cmocka_unit_test_setup_teardown(request_index_too_far, set_up, tear_down),
        cmocka_unit_test_setup_teardown(request_index_behind, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reply_index_too_far, set_up, tear_down),
        cmocka_unit_test_setup_teardown(request_too_long, set_up, tear_down),
        cmocka_unit_test_setup_teardown(our_indices_overwritten, set_up, tear_down),
        cmocka_unit_test_setup_teardown(replies_not_taken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(watch_across_domains, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_domain_dies, set_up, tear_down),
        cmocka_unit_test_setup_teardown(reconnect, set_up, tear_down),
        cmocka_unit_test_setup_teardown(stopped_and_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(privileged_domain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(turns, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
