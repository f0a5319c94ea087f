// SPDX-License-Identifier: MIT
/*
 * The demo's store, on a disk that loses power: what was flushed stays, each sector written since then is kept or lost
 * by chance. After every cut the store must hold what was acknowledged, and nothing that nobody asked for.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "demo-guest/kv/crc32c.h"
#include "demo-guest/kv/operation.h"
#include "demo-guest/kv/store.h"

#define DISK_SIZE KV_DISK_MIN
#define SECTOR 512u

static struct {
    uint8_t *medium, *cache; /* as after a cut; as reads see it */
    struct disk disk;
    struct disk_request *waiting[4];
    unsigned count;
    unsigned writes, flushes;
    int fail_next; /* error of the next write or flush */
} machine;

static struct kv_store store;
static int last_result;
static unsigned answers;
static uint64_t seed;

static uint64_t random_number(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void submit(struct disk *disk, struct disk_request *request)
{
    assert_true(machine.count < 4);
    assert_int_equal(request->offset % SECTOR, 0);
    assert_int_equal(request->size % SECTOR, 0);
    assert_true(request->offset + request->size <= disk->size);
    machine.waiting[machine.count++] = request;
}

/* Carries out the oldest request. */
static void step(void)
{
    struct disk_request *request = machine.waiting[0];
    int error = 0;

    memmove(machine.waiting, machine.waiting + 1, --machine.count * sizeof(*machine.waiting));
    if (request->operation == DISK_READ) {
        memcpy(request->data, machine.cache + request->offset, request->size);
    } else {
        error = machine.fail_next;
        machine.fail_next = 0;
    }
    if (request->operation == DISK_WRITE && !error) {
        machine.writes++;
        memcpy(machine.cache + request->offset, request->data, request->size);
    }
    if (request->operation == DISK_FLUSH && !error) {
        machine.flushes++;
        memcpy(machine.medium, machine.cache, DISK_SIZE);
    }
    request->done(request, error);
}

static void run(void)
{
    while (machine.count)
        step();
}

static void on_open(void *context, int result)
{
    last_result = result;
}

static void on_answer(void *context, int result)
{
    last_result = result;
    answers++;
    if (context)
        *(int *)context = result;
}

static int open_store(void)
{
    last_result = 1;
    kv_open(&store, &machine.disk, random_number, on_open, NULL);
    run();
    return last_result;
}

static void forget_store(void)
{
    while (store.first) {
        struct kv_operation *operation = store.first;

        store.first = operation->next;
        kv_entry_free(operation->entry);
        free(operation);
    }
    kv_table_clear(&store.table);
    free(store.buffer);
    memset(&store, 0, sizeof(store));
}

/* The power goes: requests under way are forgotten, and some unflushed sectors get to the medium. */
static void cut(void)
{
    for (size_t at = 0; at < DISK_SIZE; at += SECTOR) {
        if (random_number() & 1)
            memcpy(machine.medium + at, machine.cache + at, SECTOR);
    }
    /* A write under way may have got there in part. */
    for (unsigned i = 0; i < machine.count; i++) {
        const struct disk_request *request = machine.waiting[i];

        for (size_t at = 0; request->operation == DISK_WRITE && at < request->size; at += SECTOR) {
            if (random_number() & 1)
                memcpy(machine.medium + request->offset + at, (uint8_t *)request->data + at, SECTOR);
        }
    }
    machine.count = 0;
    memcpy(machine.cache, machine.medium, DISK_SIZE);
    forget_store();
}

static int set_up(void **state)
{
    memset(&machine, 0, sizeof(machine));
    machine.medium = calloc(1, DISK_SIZE);
    machine.cache = calloc(1, DISK_SIZE);
    machine.disk = (struct disk){.size = DISK_SIZE, .sector_size = SECTOR, .submit = submit};
    seed = 88172645463325252ull;
    answers = 0;
    return 0;
}

static int tear_down(void **state)
{
    forget_store();
    free(machine.medium);
    free(machine.cache);
    return 0;
}

static int put(const char *key, const void *value, size_t size)
{
    int error = kv_put(&store, key, strlen(key), value, size, on_answer, NULL);

    if (error)
        return error;
    run();
    return last_result;
}

static void assert_value(const char *key, const void *value, size_t size)
{
    const struct kv_entry *entry = kv_get(&store, key, strlen(key));

    assert_non_null(entry);
    assert_int_equal(entry->value_size, size);
    assert_memory_equal(entry->value, value, size);
}

static void crc_is_castagnolis(void **state)
{
    uint8_t zeros[32] = {0};

    /* RFC 3720, B.4. */
    assert_int_equal(crc32c(0, zeros, 32), 0x8a9136aa);
    assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(crc32c(crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
}

static void changes_are_seen_and_kept(void **state)
{
    assert_int_equal(open_store(), 0);
    assert_null(kv_get(&store, "a", 1));
    assert_int_equal(put("a", "one", 3), 0);
    assert_int_equal(put("a", "two!", 4), 1);
    assert_int_equal(put("empty", "", 0), 0);
    assert_int_equal(kv_delete(&store, "b", 1, on_answer, NULL), 0);
    run();
    assert_int_equal(last_result, 0);
    assert_int_equal(put("b", "x", 1), 0);
    assert_int_equal(kv_delete(&store, "b", 1, on_answer, NULL), 0);
    run();
    assert_int_equal(last_result, 1);
    for (unsigned again = 0; again < 2; again++) {
        assert_value("a", "two!", 4);
        assert_value("empty", "", 0);
        assert_null(kv_get(&store, "b", 1));
        forget_store();
        assert_int_equal(open_store(), 0);
    }
}

static void an_answer_waits_for_the_flush(void **state)
{
    assert_int_equal(open_store(), 0);
    assert_int_equal(kv_put(&store, "k", 1, "v", 1, on_answer, NULL), 0);
    while (machine.count) {
        bool flush = machine.waiting[0]->operation == DISK_FLUSH;
        unsigned before = answers;

        assert_null(kv_get(&store, "k", 1));
        step();
        if (!flush)
            assert_int_equal(answers, before);
    }
    assert_int_equal(answers, 1);
    assert_value("k", "v", 1);
}

static void waiting_changes_share_a_flush(void **state)
{
    unsigned flushes;

    assert_int_equal(open_store(), 0);
    assert_int_equal(put("first", "", 0), 0);
    flushes = machine.flushes;
    for (unsigned i = 0; i < 100; i++)
        assert_int_equal(kv_put(&store, &(char){(char)i}, 1, &i, sizeof(i), on_answer, NULL), 0);
    run();
    assert_int_equal(answers, 101);
    assert_int_equal(machine.flushes - flushes, 2); /* the first alone, the others behind it together */
}

static void an_error_changes_nothing(void **state)
{
    assert_int_equal(open_store(), 0);
    assert_int_equal(put("k", "old", 3), 0);
    machine.fail_next = -EIO;
    assert_int_equal(put("k", "new", 3), -EIO);
    assert_value("k", "old", 3);
    assert_int_equal(put("k", "newer", 5), 1);
    assert_value("k", "newer", 5);
    forget_store();
    assert_int_equal(open_store(), 0);
    assert_value("k", "newer", 5);
}

static void what_does_not_fit_is_refused(void **state)
{
    static uint8_t big[KV_VALUE_MAX];
    unsigned stored = 0;
    char key[16];

    assert_int_equal(kv_put(&store, "k", 1, "", 0, on_answer, NULL), -EAGAIN);
    assert_int_equal(open_store(), 0);
    assert_int_equal(kv_put(&store, "", 0, "", 0, on_answer, NULL), -EINVAL);
    assert_int_equal(kv_put(&store, big, 256, "", 0, on_answer, NULL), -EINVAL);
    assert_int_equal(kv_put(&store, "k", 1, big, DISK_SIZE / 8, on_answer, NULL), -E2BIG);
    for (int result = 0; result >= 0; stored += result == 0) {
        snprintf(key, sizeof(key), "key%u", stored);
        result = put(key, big, 10000);
        assert_true(result == 0 || result == -ENOSPC);
    }
    /* Five eighths of a half, in records of 8 + 4 or 5 + 10000 bytes, rounded up to 8. */
    assert_int_equal(stored, DISK_SIZE / 2 / 8 * 5 / 10016);
    /* A full store can still be emptied, and takes as much again. */
    for (unsigned i = 0; i < stored; i++) {
        snprintf(key, sizeof(key), "key%u", i);
        assert_int_equal(kv_delete(&store, key, strlen(key), on_answer, NULL), 0);
        run();
        assert_int_equal(last_result, 1);
    }
    assert_int_equal(store.table.record_bytes, 0);
    assert_int_equal(put("k", big, 10000), 0);
}

static void strange_disks_are_left_alone(void **state)
{
    machine.cache[17] = 1;
    assert_int_equal(open_store(), -EEXIST);
    assert_int_equal(machine.writes, 0);
    machine.disk.read_only = true;
    assert_int_equal(open_store(), -EROFS);
    machine.disk.read_only = false;
    machine.disk.size = KV_DISK_MIN - SECTOR;
    assert_int_equal(open_store(), -ENOSPC);
}

/* A value that is itself a batch with the number after the last: only the nonce tells it from a real one. */
static void a_value_is_no_batch(void **state)
{
    static uint8_t value[4 * SECTOR], torn[8 * SECTOR];
    struct kv_half before;

    assert_int_equal(open_store(), 0);
    assert_int_equal(put("a", "1", 1), 0);
    before = store.now;
    for (unsigned at = 0; at < sizeof(value); at += 8) {
        struct kv_batch *forged = (struct kv_batch *)(value + at);
        size_t size;

        if (at % 128 || at + 128 > sizeof(value))
            continue;
        size = kv_record_write(forged + 1, KV_PUT, "forged", 6, "x", 1);
        kv_batch_seal(forged, before.epoch, 0x1234, before.number, 0, (uint32_t)size);
    }
    memcpy(torn, value, sizeof(value));
    memcpy(machine.cache + before.start + before.position, torn, sizeof(torn));
    forget_store();
    assert_int_equal(open_store(), 0);
    assert_null(kv_get(&store, "forged", 6));
    assert_int_equal(store.now.position, before.position);
    assert_value("a", "1", 1);
}

#define KEYS 8

/* What each key may hold: its acknowledged value, or one that was on its way. */
struct expectation {
    int known;        /* -1: no pair */
    int possible[64]; /* changes on their way; -1: a deletion */
    unsigned count;
};

struct change {
    struct expectation *of;
    int value;
};

static unsigned value_size(int value)
{
    return (unsigned)(value * 7919 % 60000) + 4;
}

static void fill(uint8_t *bytes, int value)
{
    for (unsigned i = 0; i < value_size(value); i++)
        bytes[i] = (uint8_t)(value + (int)(i / 256));
    memcpy(bytes, &value, sizeof(value));
}

static void acknowledged(void *context, int result)
{
    struct change *change = context;

    if (result >= 0) {
        change->of->known = change->value;
        /* Changes of a key are acknowledged in order: what is possible begins behind this one. */
        memmove(change->of->possible, change->of->possible + 1, --change->of->count * sizeof(int));
    }
    free(change);
}

static void check(struct expectation *expectation, unsigned key)
{
    static uint8_t bytes[70000];
    const struct kv_entry *entry = kv_get(&store, &(char){(char)('a' + key)}, 1);
    int value = -1;
    bool allowed;

    if (entry) {
        memcpy(&value, entry->value, sizeof(value));
        fill(bytes, value);
        assert_int_equal(entry->value_size, value_size(value));
        assert_memory_equal(entry->value, bytes, entry->value_size);
    }
    allowed = value == expectation->known;
    for (unsigned i = 0; i < expectation->count; i++)
        allowed |= value == expectation->possible[i];
    assert_true(allowed);
    *expectation = (struct expectation){.known = value};
}

static void cuts_lose_nothing(void **state)
{
    static struct expectation expectations[KEYS];
    static uint8_t bytes[70000];
    int value = 0;

    for (unsigned key = 0; key < KEYS; key++)
        expectations[key] = (struct expectation){.known = -1};
    for (unsigned life = 0; life < 300; life++) {
        unsigned steps = (unsigned)(random_number() % 60);

        assert_int_equal(open_store(), 0);
        for (unsigned key = 0; key < KEYS; key++)
            check(&expectations[key], key);
        while (steps--) {
            unsigned key = (unsigned)(random_number() % KEYS);
            struct change *change;
            bool delete = random_number() % 5 == 0;
            int error;

            if (random_number() % 3 && machine.count) {
                step();
                continue;
            }
            if (expectations[key].count == 64)
                continue;
            change = malloc(sizeof(*change));
            *change = (struct change){.of = &expectations[key], .value = delete ? -1 : ++value};
            fill(bytes, value);
            error = delete ? kv_delete(&store, &(char){(char)('a' + key)}, 1, acknowledged, change)
                           : kv_put(&store, &(char){(char)('a' + key)}, 1, bytes, value_size(value),
                                    acknowledged, change);
            if (error) {
                assert_int_equal(error, -ENOSPC);
                free(change);
                continue;
            }
            expectations[key].possible[expectations[key].count++] = change->value;
        }
        /* Those not acknowledged are forgotten with the machine. */
        for (struct kv_operation *operation = store.first; operation; operation = operation->next)
            free(operation->context);
        cut();
    }
    assert_true(machine.flushes > 1000);
    open_store();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crc_is_castagnolis),
        cmocka_unit_test_setup_teardown(changes_are_seen_and_kept, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_answer_waits_for_the_flush, set_up, tear_down),
        cmocka_unit_test_setup_teardown(waiting_changes_share_a_flush, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_error_changes_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_does_not_fit_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(strange_disks_are_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_value_is_no_batch, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cuts_lose_nothing, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
