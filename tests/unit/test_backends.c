// SPDX-License-Identifier: MIT
/* A driver domain finds the devices that the toolstack gives it, and loses those that are taken away. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <pv/backends.h>
#include "fake_glue.h"

#define HOME "/local/domain/2/"

static struct pv_backends backends;
static char made[64][PV_BACKENDS_PATH];
static unsigned made_count, ended_count;
static bool busy, no_memory;

static void *make(void *context, const char *path)
{
    if (no_memory)
        return NULL;
    strcpy(made[made_count], path);
    return made[made_count++];
}

static bool end(void *context, void *backend)
{
    if (!busy) {
        ended_count++;
        memset(backend, 0, PV_BACKENDS_PATH);
    }
    return !busy;
}

static const struct pv_backends_maker maker = {make, end};

static int set_up(void **state)
{
    fake_glue_begin();
    made_count = ended_count = 0;
    busy = no_memory = false;
    fake_store_write("/local/domain/2", "", "n2");
    assert_int_equal(pv_backends_start(&backends, fake_glue(2), "backend/vbd", &maker, NULL), 0);
    assert_true(fake_glue_run());
    return 0;
}

static int tear_down(void **state)
{
    fake_glue_kill(2);
    return fake_glue_end();
}

static void add(const char *path)
{
    char node[96];

    snprintf(node, sizeof(node), HOME "%s/frontend", path);
    fake_store_write(node, "/somewhere", NULL);
    assert_true(fake_glue_run());
}

static void come_and_go(void **state)
{
    fake_store_write(HOME "backend/vbd/1/768/mode", "w", NULL);
    assert_true(fake_glue_run());
    assert_int_equal(made_count, 0); /* not complete yet */
    add("backend/vbd/1/768");
    assert_int_equal(made_count, 1);
    assert_string_equal(made[0], "backend/vbd/1/768");
    fake_store_write(HOME "backend/vbd/1/768/mode", "r", NULL);
    assert_true(fake_glue_run());
    assert_int_equal(made_count, 1); /* the same one */
    add("backend/vbd/1/51712");
    add("backend/vbd/7/768");
    assert_int_equal(made_count, 3);
    fake_glue(0)->store_remove(fake_glue(0)->context, HOME "backend/vbd/1");
    assert_true(fake_glue_run());
    assert_int_equal(ended_count, 2);
    assert_string_equal(made[2], "backend/vbd/7/768");
    add("backend/vbd/1/768"); /* the domain is built again */
    assert_int_equal(made_count, 4);
}

static void ends_later(void **state)
{
    add("backend/vbd/1/768");
    busy = true;
    fake_glue(0)->store_remove(fake_glue(0)->context, HOME "backend/vbd/1");
    assert_true(fake_glue_run());
    assert_int_equal(ended_count, 0);
    busy = false;
    pv_backends_look(&backends);
    assert_int_equal(ended_count, 1);
    pv_backends_look(&backends);
    assert_int_equal(ended_count, 1);
}

static void more_than_there_is_room_for(void **state)
{
    char path[64];

    no_memory = true;
    add("backend/vbd/1/0");
    no_memory = false;
    assert_int_equal(made_count, 0);
    for (unsigned i = 0; i < PV_BACKENDS + 5; i++) {
        snprintf(path, sizeof(path), "backend/vbd/%u/%u", 1 + i % 3, i);
        add(path);
    }
    assert_int_equal(made_count, PV_BACKENDS);
    fake_glue(0)->store_remove(fake_glue(0)->context, HOME "backend/vbd/1/0");
    assert_true(fake_glue_run());
    assert_int_equal(ended_count, 1);
    pv_backends_look(&backends);
    assert_int_equal(made_count, PV_BACKENDS + 1); /* one of those that waited */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(come_and_go, set_up, tear_down),
        cmocka_unit_test_setup_teardown(ends_later, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_there_is_room_for, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
