// SPDX-License-Identifier: MIT
/*
 * What the xenstore server answers, as tables: who asks what, and what comes back. In requests and replies `|` stands
 * for the zero that ends a string; a reply that starts with `!` is an error. Each table runs on a store of its own.
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

#define EVENT 100 /* take a watch event: the reply is what it says, or empty for none */
#define ROWS(table) (table), sizeof(table) / sizeof((table)[0])

struct row {
    domid_t who;
    uint32_t type;
    unsigned slot; /* 0: no transaction; else one started by this slot's XS_TRANSACTION_START */
    const char *ask, *reply;
};

static struct xs_store *store;
static struct xs_connection *user[8];

static int set_up(void **state)
{
    store = xs_store_create(NULL);
    assert_non_null(store);
    for (unsigned i = 0; i < 8; i++) {
        user[i] = xs_local_open_as(store, (domid_t)i);
        assert_non_null(user[i]);
    }
    return 0;
}

static int tear_down(void **state)
{
    xs_store_destroy(store);
    return 0;
}

/* Zeroes as `|`, so that strings can be compared. */
static void show(char *text, int length)
{
    for (int i = 0; i < length; i++)
        text[i] = text[i] ? text[i] : '|';
    text[length] = 0;
}

static void event_text(void *context, const char *path, const char *token)
{
    snprintf(context, 4096, "%s|%s|", path, token);
}

static const struct {
    int number;
    const char *name;
} error_names[] = {
#define NAME(name) {XEN_##name, #name},
    XSD_ERRORS(NAME)
#undef NAME
};

static void answer(const struct row *row, uint32_t transaction, char *reply)
{
    char ask[4096];
    size_t length = strlen(row->ask);
    int result;

    for (size_t i = 0; i <= length; i++)
        ask[i] = (char)(row->ask[i] == '|' ? 0 : row->ask[i]);
    result = xs_local_request(user[row->who], row->type, transaction, ask, length, reply, 4096);
    if (result >= 0) {
        show(reply, result);
        return;
    }
    sprintf(reply, "!%d", result);
    for (size_t i = 0; i < sizeof(error_names) / sizeof(error_names[0]); i++) {
        if (error_names[i].number == -result)
            sprintf(reply, "!%s", error_names[i].name);
    }
}

static void run(const struct row *rows, size_t count)
{
    static char reply[8192];
    uint32_t transactions[8] = {0};

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];

        reply[0] = 0;
        if (row->type == EVENT) {
            xs_local_next_event(user[row->who], event_text, reply);
        } else {
            answer(row, row->type == XS_TRANSACTION_START ? 0 : transactions[row->slot], reply);
        }
        if (row->type == XS_TRANSACTION_START && row->slot) {
            transactions[row->slot] = (uint32_t)strtoul(reply, NULL, 10);
            assert_int_not_equal(transactions[row->slot], 0);
        } else if (strcmp(reply, row->reply) != 0) {
            fail_msg("row %zu (domain %u, type %u, %s): \"%s\" instead of \"%s\"", i, row->who, row->type,
                     row->ask, reply, row->reply);
        }
    }
}

static void nodes(void **state)
{
    static const struct row table[] = {
        {0, XS_DIRECTORY, 0, "/|", ""},
        {0, XS_READ, 0, "/nothing|", "!ENOENT"},
        {0, XS_WRITE, 0, "/a/b/c|one", "OK|"},
        {0, XS_READ, 0, "/a/b/c|", "one"},
        {0, XS_READ, 0, "/a/b|", ""},
        {0, XS_WRITE, 0, "/a/b/c|two|with zero|", "OK|"},
        {0, XS_READ, 0, "/a/b/c|", "two|with zero|"},
        {0, XS_WRITE, 0, "/a/b/c|", "OK|"},
        {0, XS_READ, 0, "/a/b/c|", ""},
        {0, XS_MKDIR, 0, "/a/x|", "OK|"},
        {0, XS_MKDIR, 0, "/a/b/c|", "OK|"}, /* there already */
        {0, XS_DIRECTORY, 0, "/a|", "b|x|"},
        {0, XS_DIRECTORY, 0, "/a/x|", ""},
        {0, XS_DIRECTORY, 0, "/a/y|", "!ENOENT"},
        {0, XS_RM, 0, "/a/y|", "OK|"},     /* its parent is there */
        {0, XS_RM, 0, "/z/y|", "!ENOENT"}, /* its parent is not */
        {0, XS_RM, 0, "/a/b|", "OK|"},     /* with all below */
        {0, XS_READ, 0, "/a/b/c|", "!ENOENT"},
        {0, XS_DIRECTORY, 0, "/a|", "x|"},
        {0, XS_RM, 0, "/|", "!EINVAL"},
        {0, XS_WRITE, 0, "here|home", "OK|"}, /* relative */
        {0, XS_READ, 0, "/local/domain/0/here|", "home"},
        {0, XS_WRITE, 0, "/|root", "OK|"},
        {0, XS_READ, 0, "/|", "root"},
    };

    run(ROWS(table));
}

static void malformed(void **state)
{
    static const struct row table[] = {
        {0, XS_READ, 0, "", "!EINVAL"},
        {0, XS_READ, 0, "/a", "!EINVAL"},     /* no end */
        {0, XS_READ, 0, "/a|/b|", "!EINVAL"}, /* too many */
        {0, XS_READ, 0, "/a/|", "!EINVAL"},
        {0, XS_READ, 0, "//a|", "!EINVAL"},
        {0, XS_READ, 0, "/a b|", "!EINVAL"},
        {0, XS_READ, 0, "/a\n|", "!EINVAL"},
        {0, XS_READ, 0, "/a\x80|", "!EINVAL"},
        {0, XS_READ, 0, "|", "!EINVAL"},
        {0, XS_READ, 0, "@introduceDomain|", "!EINVAL"},
        {0, XS_WRITE, 0, "@releaseDomain|x", "!EINVAL"},
        {0, XS_WRITE, 0, "/noend", "!EINVAL"},
        {0, XS_WRITE, 0, "", "!EINVAL"},
        {0, XS_WATCH, 0, "/a|", "!EINVAL"},
        {0, XS_WATCH, 0, "@a/b|t|", "!EINVAL"},
        {0, XS_SET_PERMS, 0, "/|", "!EINVAL"},
        {0, XS_SET_PERMS, 0, "/|x0|", "!EINVAL"},
        {0, XS_SET_PERMS, 0, "/|n|", "!EINVAL"},
        {0, XS_SET_PERMS, 0, "/|n65536|", "!EINVAL"},
        {0, XS_SET_PERMS, 0, "/|n0|r1 |", "!EINVAL"},
        {0, XS_TRANSACTION_END, 0, "X|", "!EINVAL"},
        {0, XS_TRANSACTION_END, 0, "T|", "!ENOENT"},
        {0, XS_DIRECTORY_PART, 0, "/|", "!EINVAL"},
        {0, XS_DIRECTORY_PART, 0, "/|-1|", "!EINVAL"},
        {0, XS_WATCH_EVENT, 0, "a|b|", "!ENOSYS"},
        {0, XS_ERROR, 0, "", "!ENOSYS"},
        {0, 20, 0, "", "!ENOSYS"},
        {0, XS_TYPE_COUNT, 0, "", "!ENOSYS"},
        {0, XS_INVALID, 0, "", "!ENOSYS"},
        {0, XS_CONTROL, 0, "nonsense|", "!EINVAL"},
        {0, XS_CONTROL, 0, "help|", "help|"},
    };

    run(ROWS(table));
}

static void permissions(void **state)
{
    static const struct row table[] = {
        {1, XS_READ, 0, "/|", "!EACCES"},
        {1, XS_READ, 0, "/nothing|", "!EACCES"}, /* may not find out */
        {1, XS_WRITE, 0, "mine|x", "!EACCES"},
        {0, XS_MKDIR, 0, "/local/domain/1|", "OK|"},
        {0, XS_SET_PERMS, 0, "/local/domain/1|n1|", "OK|"},
        {0, XS_GET_PERMS, 0, "/local/domain/1|", "n1|"},
        {1, XS_WRITE, 0, "mine/deep|x", "OK|"},
        {1, XS_GET_PERMS, 0, "mine/deep|", "n1|"}, /* inherited */
        {1, XS_READ, 0, "other|", "!ENOENT"},
        {2, XS_READ, 0, "/local/domain/1/mine|", "!EACCES"},
        {2, XS_READ, 0, "/local/domain/1/other|", "!EACCES"},
        {1, XS_SET_PERMS, 0, "mine|n1|r2|", "OK|"},
        {1, XS_GET_PERMS, 0, "mine|", "n1|r2|"},
        {2, XS_READ, 0, "/local/domain/1/mine|", ""},
        {2, XS_DIRECTORY, 0, "/local/domain/1/mine|", "deep|"},
        {2, XS_READ, 0, "/local/domain/1/mine/deep|", "!EACCES"},
        {2, XS_WRITE, 0, "/local/domain/1/mine|x", "!EACCES"},
        {2, XS_READ, 0, "/local/domain/1/mine/none|", "!ENOENT"},
        {2, XS_WRITE, 0, "/local/domain/1/mine/none|x", "!EACCES"},
        {3, XS_READ, 0, "/local/domain/1/mine|", "!EACCES"},
        {1, XS_SET_PERMS, 0, "mine|r1|b2|w3|", "OK|"},
        {4, XS_READ, 0, "/local/domain/1/mine|", ""}, /* the first entry's letter is for all others */
        {3, XS_READ, 0, "/local/domain/1/mine|", "!EACCES"},
        {3, XS_WRITE, 0, "/local/domain/1/mine|by 3", "OK|"},
        {2, XS_WRITE, 0, "/local/domain/1/mine/of2|x", "OK|"},
        {2, XS_GET_PERMS, 0, "/local/domain/1/mine/of2|", "r2|b2|w3|"}, /* who makes a node owns it */
        {1, XS_READ, 0, "mine/of2|", "x"},
        {2, XS_SET_PERMS, 0, "/local/domain/1/mine|n2|", "!EACCES"}, /* not its owner */
        {1, XS_SET_PERMS, 0, "mine|n2|", "!EPERM"},                  /* an owner cannot give away */
        {1, XS_SET_PERMS, 0, "mine|n1|r2|r3|r4|r5|r6|", "!ENOSPC"},  /* too many entries */
        {0, XS_SET_PERMS, 0, "/local/domain/1/mine|n4|", "OK|"},
        {1, XS_READ, 0, "mine|", "!EACCES"},
        {0, XS_READ, 0, "/local/domain/1/mine|", "by 3"}, /* domain 0 may do everything */
        {1, XS_SET_PERMS, 0, "@releaseDomain|n0|r1|", "!EACCES"},
        {1, XS_GET_PERMS, 0, "@releaseDomain|", "!EACCES"},
        {0, XS_GET_PERMS, 0, "@releaseDomain|", "n0|"},
        {0, XS_SET_PERMS, 0, "@releaseDomain|n0|r1|", "OK|"},
        {0, XS_GET_PERMS, 0, "@releaseDomain|", "n0|r1|"},
        {0, XS_GET_PERMS, 0, "@other|", "!ENOENT"},
        {1, XS_INTRODUCE, 0, "2|5|7|", "!EACCES"},
        {1, XS_RELEASE, 0, "2|", "!EACCES"},
        {1, XS_RESUME, 0, "2|", "!EACCES"},
        {1, XS_SET_TARGET, 0, "1|2|", "!EACCES"},
        {1, XS_CONTROL, 0, "help|", "!EACCES"},
    };

    run(ROWS(table));
}

static void watches(void **state)
{
    static const struct row table[] = {
        {0, XS_WATCH, 0, "/a|token|", "OK|"},
        {0, EVENT, 0, "", "/a|token|"}, /* at once, though /a is not there */
        {0, XS_WATCH, 0, "/a|token|", "!EEXIST"},
        {0, XS_WATCH, 0, "/a|other|", "OK|"},
        {0, EVENT, 0, "", "/a|other|"},
        {0, XS_UNWATCH, 0, "/a|other|", "OK|"},
        {0, XS_UNWATCH, 0, "/a|other|", "!ENOENT"},
        {0, XS_WRITE, 0, "/a/b/c|x", "OK|"},
        {0, EVENT, 0, "", "/a/b/c|token|"}, /* what changed, not what was watched */
        {0, XS_WRITE, 0, "/ab|x", "OK|"},
        {0, EVENT, 0, "", ""}, /* a longer name is not below */
        {0, XS_MKDIR, 0, "/a/d|", "OK|"},
        {0, EVENT, 0, "", "/a/d|token|"},
        {0, XS_MKDIR, 0, "/a/d|", "OK|"},
        {0, EVENT, 0, "", ""}, /* nothing changed */
        {0, XS_SET_PERMS, 0, "/a/d|r0|", "OK|"},
        {0, EVENT, 0, "", "/a/d|token|"},
        {0, XS_WATCH, 0, "/a/b/c|deep|", "OK|"},
        {0, EVENT, 0, "", "/a/b/c|deep|"},
        {0, XS_RM, 0, "/a/b|", "OK|"},
        {0, EVENT, 0, "", "/a/b|token|"},
        {0, EVENT, 0, "", "/a/b/c|deep|"}, /* went with its parent */
        {0, EVENT, 0, "", ""},
        {0, XS_RM, 0, "/a/b|", "OK|"},
        {0, EVENT, 0, "", ""},
        {0, XS_WATCH, 0, "rel/x|r|", "OK|"},
        {0, EVENT, 0, "", "rel/x|r|"},
        {0, XS_WRITE, 0, "/local/domain/0/rel/x/y|1", "OK|"},
        {0, EVENT, 0, "", "rel/x/y|r|"}, /* relative as it was asked for */
        {0, XS_WRITE, 0, "/a|1", "OK|"},
        {0, XS_WRITE, 0, "/a|2", "OK|"},
        {0, XS_WRITE, 0, "/a|3", "OK|"},
        {0, EVENT, 0, "", "/a|token|"}, /* once, when it waits already */
        {0, EVENT, 0, "", ""},
        {0, XS_WATCH, 0, "/|all|", "OK|"},
        {0, EVENT, 0, "", "/|all|"},
        {0, XS_WRITE, 0, "/q|1", "OK|"},
        {0, EVENT, 0, "", "/q|all|"},
        {0, XS_RESET_WATCHES, 0, "|", "OK|"},
        {0, XS_WRITE, 0, "/a|4", "OK|"},
        {0, EVENT, 0, "", ""},
    };

    run(ROWS(table));
}

/* Nobody learns by a watch what he may not read. */
static void watches_and_permissions(void **state)
{
    static const struct row table[] = {
        {0, XS_WRITE, 0, "/secret|x", "OK|"},
        {0, XS_WRITE, 0, "/open|x", "OK|"},
        {0, XS_SET_PERMS, 0, "/open|n0|r1|", "OK|"},
        {1, XS_WATCH, 0, "/secret|s|", "OK|"},
        {1, EVENT, 0, "", "/secret|s|"},
        {1, XS_WATCH, 0, "/open|o|", "OK|"},
        {1, EVENT, 0, "", "/open|o|"},
        {0, XS_WRITE, 0, "/secret|y", "OK|"},
        {0, XS_RM, 0, "/secret|", "OK|"},
        {1, EVENT, 0, "", ""},
        {0, XS_WRITE, 0, "/open|y", "OK|"},
        {1, EVENT, 0, "", "/open|o|"},
        {0, XS_WRITE, 0, "/open/below|y", "OK|"},
        {1, EVENT, 0, "", "/open/below|o|"},
        {0, XS_SET_PERMS, 0, "/open/below|n0|", "OK|"},
        {1, EVENT, 0, "", "/open/below|o|"}, /* its name can be listed */
        {0, XS_WRITE, 0, "/open/below/deep|y", "OK|"},
        {1, EVENT, 0, "", ""},
        {0, XS_RM, 0, "/open|", "OK|"},
        {1, EVENT, 0, "", "/open|o|"}, /* it could be read while it was there */
        {2, XS_WATCH, 0, "@releaseDomain|rel|", "OK|"},
        {2, EVENT, 0, "", "@releaseDomain|rel|"},
    };

    run(ROWS(table));
}

static void transactions(void **state)
{
    static const struct row table[] = {
        {0, XS_WRITE, 0, "/t/a|1", "OK|"},
        {0, XS_WRITE, 0, "/t/b|1", "OK|"},
        {0, XS_WATCH, 0, "/t|w|", "OK|"},
        {0, EVENT, 0, "", "/t|w|"},
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_TRANSACTION_START, 2, "|", ""},
        {0, XS_READ, 7, "/t/a|", "1"}, /* slot 7 was never started: no transaction */
        {0, XS_WRITE, 1, "/t/a|2", "OK|"},
        {0, XS_READ, 1, "/t/a|", "2"}, /* itself sees it */
        {0, XS_READ, 0, "/t/a|", "1"}, /* nobody else does */
        {0, XS_READ, 2, "/t/b|", "1"},
        {0, EVENT, 0, "", ""}, /* nothing fires before the end */
        {0, XS_TRANSACTION_END, 1, "T|", "OK|"},
        {0, XS_READ, 0, "/t/a|", "2"},
        {0, EVENT, 0, "", "/t/a|w|"},
        {0, EVENT, 0, "", ""},
        {0, XS_READ, 1, "/t/a|", "!ENOENT"}, /* it is over */
        {0, XS_TRANSACTION_END, 1, "T|", "!ENOENT"},
        {0, XS_WRITE, 2, "/t/c|3", "OK|"}, /* others changed a, this one looked at b */
        {0, XS_TRANSACTION_END, 2, "T|", "OK|"},
        {0, XS_READ, 0, "/t/c|", "3"},
        {0, EVENT, 0, "", "/t/c|w|"},
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_WRITE, 1, "/t/d|3", "OK|"},
        {0, XS_RM, 1, "/t/a|", "OK|"},
        {0, XS_TRANSACTION_END, 1, "F|", "OK|"}, /* given up */
        {0, XS_DIRECTORY, 0, "/t|", "a|b|c|"},
        {0, EVENT, 0, "", ""},
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_RM, 1, "/t/a|", "OK|"},
        {0, XS_WRITE, 1, "/t/new/deep/down|x", "OK|"},
        {0, XS_MKDIR, 1, "/t/b|", "OK|"},
        {0, XS_SET_PERMS, 1, "/t/b|n0|r3|", "OK|"},
        {0, XS_DIRECTORY, 1, "/t|", "b|c|new|"},
        {0, XS_TRANSACTION_END, 1, "T|", "OK|"},
        {0, XS_DIRECTORY, 0, "/t|", "b|c|new|"},
        {0, XS_READ, 0, "/t/new/deep/down|", "x"},
        {0, XS_GET_PERMS, 0, "/t/b|", "n0|r3|"},
        {0, XS_READ, 0, "/t/b|", "1"},
    };

    run(ROWS(table));
}

static void transactions_in_conflict(void **state)
{
    static const struct row table[] = {
        {0, XS_WRITE, 0, "/t/a|1", "OK|"},
        /* read, and changed by another */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_READ, 1, "/t/a|", "1"},
        {0, XS_WRITE, 0, "/t/a|2", "OK|"},
        {0, XS_READ, 1, "/t/a|", "1"}, /* still what it was */
        {0, XS_WRITE, 1, "/t/sum|1", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "!EAGAIN"},
        {0, XS_READ, 0, "/t/sum|", "!ENOENT"},
        {0, XS_TRANSACTION_END, 1, "T|", "!ENOENT"}, /* gone all the same */
        /* not there when read, made by another */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_READ, 1, "/t/new|", "!ENOENT"},
        {0, XS_WRITE, 0, "/t/new|2", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "!EAGAIN"},
        /* listed, and a name added */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_DIRECTORY, 1, "/t|", "a|new|"},
        {0, XS_WRITE, 0, "/t/more|2", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "!EAGAIN"},
        /* two that write the same */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_TRANSACTION_START, 2, "|", ""},
        {0, XS_WRITE, 1, "/t/a|x", "OK|"},
        {0, XS_WRITE, 2, "/t/a|y", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "OK|"},
        {0, XS_TRANSACTION_END, 2, "T|", "!EAGAIN"},
        {0, XS_READ, 0, "/t/a|", "x"},
        /* two that add different names to one directory do not disturb each other */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_TRANSACTION_START, 2, "|", ""},
        {0, XS_WRITE, 1, "/t/one|x", "OK|"},
        {0, XS_WRITE, 2, "/t/two|y", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "OK|"},
        {0, XS_TRANSACTION_END, 2, "T|", "OK|"},
        {0, XS_DIRECTORY, 0, "/t|", "a|more|new|one|two|"},
        /* made below something that another removes */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_WRITE, 1, "/t/one/child|x", "OK|"},
        {0, XS_RM, 0, "/t/one|", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "!EAGAIN"},
        /* removed with something that another makes below it */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_RM, 1, "/t/two|", "OK|"},
        {0, XS_WRITE, 0, "/t/two/child|x", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "!EAGAIN"},
        {0, XS_READ, 0, "/t/two/child|", "x"},
        /* removed and made anew in one transaction */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_RM, 1, "/t/two|", "OK|"},
        {0, XS_READ, 1, "/t/two/fresh|", "!ENOENT"},
        {0, XS_WRITE, 1, "/t/two/fresh|x", "OK|"},
        {0, XS_TRANSACTION_END, 1, "T|", "OK|"},
        {0, XS_DIRECTORY, 0, "/t/two|", "fresh|"},
        {0, XS_READ, 0, "/t/two|", ""},
        /* one within another */
        {0, XS_TRANSACTION_START, 1, "|", ""},
        {0, XS_RESET_WATCHES, 0, "|", "OK|"}, /* ends it */
        {0, XS_TRANSACTION_END, 1, "F|", "!ENOENT"},
    };
    uint32_t id;
    char reply[16];

    run(ROWS(table));
    assert_int_equal(xs_local_transaction_start(user[0], &id), 0);
    assert_int_equal(xs_local_request(user[0], XS_TRANSACTION_START, id, "", 1, reply, sizeof(reply)),
                     -XEN_EBUSY);
    assert_int_equal(xs_local_request(user[1], XS_TRANSACTION_END, id, "T", 2, reply, sizeof(reply)),
                     -XEN_ENOENT);
}

static void quotas(void **state)
{
    static char value[2100];
    char path[XENSTORE_ABS_PATH_MAX + 2];
    uint32_t id[11];

    assert_int_equal(xs_local_mkdir(user[0], 0, "/local/domain/1"), 0);
    assert_int_equal(xs_local_set_perms(user[0], 0, "/local/domain/1", "n1"), 0);
    /* bytes of a node; domain 0 has no limit */
    assert_int_equal(xs_local_write_bytes(user[1], 0, "big", value, 2000), 0);
    assert_int_equal(xs_local_write_bytes(user[1], 0, "big", value, 2049), -XEN_ENOSPC);
    assert_int_equal(xs_local_write_bytes(user[0], 0, "/local/domain/1/big", value, 2049), 0);
    /* transactions */
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(xs_local_transaction_start(user[1], &id[i]), 0);
    assert_int_equal(xs_local_transaction_start(user[1], &id[10]), -XEN_ENOSPC);
    for (unsigned i = 0; i < 10; i++)
        assert_int_equal(xs_local_transaction_end(user[1], id[i], false), 0);
    assert_int_equal(xs_local_transaction_start(user[1], &id[0]), 0);
    /* watches */
    for (unsigned i = 0; i < 128; i++) {
        sprintf(path, "w%u", i);
        assert_int_equal(xs_local_watch(user[1], path, "t"), 0);
    }
    assert_int_equal(xs_local_watch(user[1], "w128", "t"), -XEN_E2BIG);
    assert_int_equal(xs_local_unwatch(user[1], "w7", "t"), 0);
    assert_int_equal(xs_local_watch(user[1], "w128", "t"), 0);
    /* lengths of paths */
    memset(path, 'a', sizeof(path));
    path[XENSTORE_REL_PATH_MAX] = 0;
    assert_int_equal(xs_local_read(user[1], 0, path, value, sizeof(value)), -XEN_ENOENT);
    path[XENSTORE_REL_PATH_MAX] = 'a';
    path[XENSTORE_REL_PATH_MAX + 1] = 0;
    assert_int_equal(xs_local_read(user[1], 0, path, value, sizeof(value)), -XEN_EINVAL);
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    path[XENSTORE_ABS_PATH_MAX] = 0;
    assert_int_equal(xs_local_read(user[0], 0, path, value, sizeof(value)), -XEN_ENOENT);
    path[XENSTORE_ABS_PATH_MAX] = 'a';
    path[XENSTORE_ABS_PATH_MAX + 1] = 0;
    assert_int_equal(xs_local_read(user[0], 0, path, value, sizeof(value)), -XEN_EINVAL);
}

static void node_quota(void **state)
{
    char path[32];
    unsigned made = 0;
    uint32_t id;

    assert_int_equal(xs_local_mkdir(user[0], 0, "/local/domain/1"), 0);
    assert_int_equal(xs_local_set_perms(user[0], 0, "/local/domain/1", "n1"), 0);
    for (; made < 998; made++) {
        sprintf(path, "d%u/%u", made / 30, made % 30);
        if (made % 30 == 0)
            made++; /* the directory is a node as well */
        assert_int_equal(xs_local_mkdir(user[1], 0, path), 0);
    }
    assert_in_range(xs_domain_usage(store, 1).nodes, 990, 1000);
    while (xs_domain_usage(store, 1).nodes < 1000) {
        sprintf(path, "last%u", xs_domain_usage(store, 1).nodes);
        assert_int_equal(xs_local_mkdir(user[1], 0, path), 0);
    }
    assert_int_equal(xs_local_mkdir(user[1], 0, "more"), -XEN_ENOSPC);
    assert_int_equal(xs_local_write(user[1], 0, "more", "x"), -XEN_ENOSPC);
    assert_int_equal(xs_local_write(user[1], 0, "last999", "x"), 0); /* one that is there */
    /* what a transaction removes, it may add; what two add together is counted together */
    assert_int_equal(xs_local_transaction_start(user[1], &id), 0);
    assert_int_equal(xs_local_mkdir(user[1], id, "more"), -XEN_ENOSPC);
    assert_int_equal(xs_local_rm(user[1], id, "last999"), 0);
    assert_int_equal(xs_local_mkdir(user[1], id, "more"), 0);
    assert_int_equal(xs_local_transaction_end(user[1], id, true), 0);
    assert_int_equal(xs_domain_usage(store, 1).nodes, 1000);
    assert_int_equal(xs_local_rm(user[1], 0, "more"), 0);
    assert_int_equal(xs_local_transaction_start(user[1], &id), 0);
    assert_int_equal(xs_local_mkdir(user[1], id, "one"), 0);
    assert_int_equal(xs_local_mkdir(user[1], 0, "two"), 0);
    assert_int_equal(xs_local_transaction_end(user[1], id, true), -XEN_ENOSPC);
    assert_int_equal(xs_domain_usage(store, 1).nodes, 1000);
    assert_int_equal(xs_local_rm(user[0], 0, "/local/domain/1"), 0);
    assert_int_equal(xs_domain_usage(store, 1).nodes, 0);
}

static bool count_names(void *context, const char *name)
{
    char expected[16];
    unsigned *seen = context;

    sprintf(expected, "child%05u", (*seen)++);
    assert_string_equal(name, expected);
    return true;
}

static void long_directory(void **state)
{
    char path[32], reply[XENSTORE_PAYLOAD_MAX];
    unsigned seen = 0;

    for (unsigned i = 0; i < 2000; i++) {
        sprintf(path, "/many/child%05u", (i * 7) % 2000);
        assert_int_equal(xs_local_mkdir(user[0], 0, path), 0);
    }
    assert_int_equal(xs_local_request(user[0], XS_DIRECTORY, 0, "/many", 6, reply, sizeof(reply)),
                     -XEN_E2BIG);
    assert_int_equal(xs_local_list(user[0], 0, "/many", count_names, &seen), 0);
    assert_int_equal(seen, 2000);
    /* past the end: the generation and the empty name alone */
    assert_true(xs_local_request(user[0], XS_DIRECTORY_PART, 0, "/many\00099999", 12, reply, sizeof(reply)) >
                2);
    assert_string_equal(reply + strlen(reply) + 1, "");
}

/* Depth costs no stack: each level is one character. */
static void deep_path(void **state)
{
    char path[XENSTORE_ABS_PATH_MAX + 1];
    uint32_t id;

    for (unsigned i = 0; i < XENSTORE_ABS_PATH_MAX; i++)
        path[i] = i % 2 ? 'd' : '/';
    path[XENSTORE_ABS_PATH_MAX] = 0;
    assert_int_equal(xs_local_write(user[0], 0, path, "bottom"), 0);
    assert_int_equal(xs_local_transaction_start(user[0], &id), 0);
    assert_int_equal(xs_local_rm(user[0], id, "/d/d"), 0);
    assert_int_equal(xs_local_transaction_end(user[0], id, true), 0);
    assert_int_equal(xs_local_write(user[0], 0, path, "bottom"), 0);
    assert_int_equal(xs_local_rm(user[0], 0, "/d"), 0);
    assert_int_equal(xs_domain_usage(store, 0).nodes, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nodes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(malformed, set_up, tear_down),
        cmocka_unit_test_setup_teardown(permissions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(watches, set_up, tear_down),
        cmocka_unit_test_setup_teardown(watches_and_permissions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(transactions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(transactions_in_conflict, set_up, tear_down),
        cmocka_unit_test_setup_teardown(quotas, set_up, tear_down),
        cmocka_unit_test_setup_teardown(node_quota, set_up, tear_down),
        cmocka_unit_test_setup_teardown(long_directory, set_up, tear_down),
        cmocka_unit_test_setup_teardown(deep_path, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
