// SPDX-License-Identifier: MIT
/* The store: look up now, change and be told when the change will survive a power cut. */
#ifndef DEMO_KV_STORE_H
#define DEMO_KV_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "demo-guest/disk.h"
#include "log.h"
#include "table.h"

#define KV_DISK_MIN (2 * 1024 * 1024u)  /* bytes of the smallest disk */
#define KV_QUEUE_MAX (8 * 1024 * 1024u) /* bytes of changes waiting for the disk */

/*
 * A change is over. 1: it replaced or deleted a pair; 0: there was none; negative: it may or may not have happened
 * (-EIO), and what kv_get() returns is as before.
 */
typedef void kv_done(void *context, int result);

struct kv_half {
    uint64_t start, position; /* bytes: of the disk, and within the half where the next batch goes */
    uint64_t epoch, nonce;
    uint32_t number;
};

struct kv_store {
    struct kv_table table;
    struct disk *disk;
    uint64_t (*random)(void);
    uint64_t half_size;
    size_t batch_limit;
    struct kv_half now; /* the half that counts */

    /* One request at a time. `buffer` has its bytes. */
    bool ready, busy;
    struct disk_request request;
    uint8_t *buffer;
    size_t batch_size; /* of the batch being written, padding included */

    /* Changes, oldest first. Those before `unwritten` are in the batch being written. */
    struct kv_operation *first, *last, *unwritten;
    size_t queued_bytes;

    /* Writing a snapshot (rule L4): the half it goes to and the next pair. */
    struct kv_half snapshot;
    struct kv_entry *snapshot_next;

    /* Opening. */
    kv_done *opened;
    void *opened_context;
    unsigned replaying; /* the half being read */
    bool snapshot_ended, foreign;
    size_t chunk;
    struct {
        uint64_t epoch;
        bool begins;
    } found[2];
};

/*
 * Reads the log, then calls `opened` with 0; -ENOSPC: the disk is smaller than KV_DISK_MIN; -EROFS; -EIO; -ENOMEM;
 * -EEXIST: the disk holds something that is no store, and is left as it is. `random` gives numbers that nobody can guess.
 */
void kv_open(struct kv_store *store, struct disk *disk, uint64_t (*random)(void), kv_done *opened,
             void *context);

/* The pair, until something changes; NULL when there is none. */
const struct kv_entry *kv_get(const struct kv_store *store, const void *key, size_t key_size);

/*
 * Begin a change; `done` is called when it is over, never from inside. Key and value are copied. A key has 1 to KV_KEY_MAX
 * bytes. 0, or with nothing begun: -EINVAL; -E2BIG: no disk of this size takes such a value; -ENOSPC: the store is full;
 * -EAGAIN: not open yet, or too much is waiting; -ENOMEM.
 */
int kv_put(struct kv_store *store, const void *key, size_t key_size, const void *value, size_t value_size,
           kv_done *done, void *context);
int kv_delete(struct kv_store *store, const void *key, size_t key_size, kv_done *done, void *context);

#endif
