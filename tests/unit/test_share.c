// SPDX-License-Identifier: MIT
/* One disk for many users: requests go through, room comes round in turns, a new size reaches all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <abi/errno.h>
#include "driver-domains/disk/share.h"

static struct shared_disk shared;
static struct pv_disk_request *asked;
static char called[16]; /* by whom, in order */
static unsigned calls;

static int submit(struct pv_disk *disk, struct pv_disk_request *request)
{
    assert_ptr_equal(disk, shared.below);
    asked = request;
    return -XEN_EAGAIN;
}

static struct pv_disk below = {
    .sectors = 8, .sector_bytes = 512, .max_segments = 3, .can_flush = true, .submit = submit};

static void note(void *user)
{
    called[calls++] = *(const char *)user;
}

static int setup(void **state)
{
    calls = 0;
    below.sectors = 8;
    shared_disk_init(&shared, &below);
    return 0;
}

static struct share *user(const char *name)
{
    struct share *share = share_take(&shared);

    share->disk.user = (void *)(uintptr_t)name;
    share->disk.room = share->disk.resized = note;
    return share;
}

static void test_requests(void **state)
{
    struct pv_disk_request request = {.operation = PV_DISK_FLUSH};
    struct share *a = share_take(&shared);

    assert_int_equal(a->disk.max_segments, 3);
    assert_true(a->disk.can_flush);
    assert_int_equal(a->disk.submit(&a->disk, &request), -XEN_EAGAIN);
    assert_ptr_equal(asked, &request);
    below.room(below.user); /* whoever has not said what to call is not called */
    below.resized(below.user);
}

static void test_turns(void **state)
{
    user("a");
    user("b");
    user("c");
    for (unsigned i = 0; i < 3; i++)
        below.room(below.user);
    assert_memory_equal(called, "abcbcacab", 9);
}

static void test_size(void **state)
{
    struct share *a = user("a"), *b = user("b");

    share_give_back(a);
    below.sectors = 99;
    below.resized(below.user);
    assert_int_equal(b->disk.sectors, 99);
    assert_int_equal(calls, 1);
    assert_int_equal(called[0], 'b');
    assert_int_equal(share_take(&shared)->disk.sectors, 99);
}

static void test_places(void **state)
{
    struct share *last = NULL;

    for (unsigned i = 0; i < SHARES_MAX; i++)
        assert_non_null(last = share_take(&shared));
    assert_null(share_take(&shared));
    share_give_back(last);
    assert_ptr_equal(share_take(&shared), last);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_requests, setup),
        cmocka_unit_test_setup(test_turns, setup),
        cmocka_unit_test_setup(test_size, setup),
        cmocka_unit_test_setup(test_places, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
