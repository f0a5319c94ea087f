// SPDX-License-Identifier: MIT
/*
 * The store's log on a disk.
 *
 *     | half 0                                   | half 1                                   |
 *     | batch 0 | batch 1 | batch 2 | ..old bytes | batch 0 | ...                            |
 *
 * A batch is a header and records, padded to whole sectors, and is the unit that is written and flushed. The disk may
 * lose power at any moment: then each sector not flushed holds its old bytes or its new ones. Why nothing acknowledged is lost
 * and nothing is invented:
 *
 * L1  A change is acknowledged when its batch was written and a flush after that ended.
 * L2  A batch starts on a sector of its own, so writing one never touches a sector of another.
 * L3  A batch counts when its checksum, its nonce and its number are right, and all batches before it count. So the log ends at the
 *     first batch that did not get to the disk whole; nobody was told that it did (L1), or that a later one did:
 *     a batch is written when the one before it is on the disk.
 * L4  A half begins with a snapshot: all pairs there are, in one or more batches, the last of which says so. Without that
 *     one the half does not count at all. When a half is full its snapshot goes to the other one; the full half is not
 *     touched until the other is full, so there is always one that counts.
 * L5  Of two halves that count the one with the higher epoch is the store; a snapshot has its predecessor's epoch plus 1.
 * L6  Old bytes behind the log's end may look like batches, for clients choose what is in them. Each epoch has a random
 *     nonce that no client gets to see, so they cannot make one.
 */
#ifndef DEMO_KV_LOG_H
#define DEMO_KV_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KV_KEY_MAX 255u
#define KV_VALUE_MAX (1024 * 1024u)
#define KV_BATCH_MAX (2 * 1024 * 1024u) /* bytes, header and padding included */

#define KV_MAGIC 0x31766b52u       /* "Rkv1" */
#define KV_SNAPSHOT_ENDS (1u << 0) /* rule L4 */

/* Little-endian, as the processor's. */
struct kv_batch {
    uint32_t magic;
    uint32_t checksum; /* CRC-32C of everything behind it, padding not included */
    uint64_t epoch, nonce;
    uint32_t number; /* of the batch in its half: 0, 1, 2, ... */
    uint32_t flags;
    uint32_t size; /* bytes of records */
    uint32_t reserved;
};

enum kv_kind { KV_PUT = 1, KV_DELETE = 2 };

/* Followed by the key and the value, and padded to a multiple of 8 bytes. */
struct kv_record {
    uint8_t kind, key_size;
    uint16_t reserved;
    uint32_t value_size; /* 0 for a deletion */
};

_Static_assert(sizeof(struct kv_batch) == 40 && sizeof(struct kv_record) == 8, "the format on disk");

/* Bytes that a pair takes as a record. */
size_t kv_record_size(size_t key_size, size_t value_size);
/* Writes a record at `to` and returns its size. */
size_t kv_record_write(void *to, enum kv_kind kind, const void *key, size_t key_size, const void *value,
                       size_t value_size);

/* Fills in the header of a batch whose records, `size` bytes, lie behind it. */
void kv_batch_seal(struct kv_batch *batch, uint64_t epoch, uint64_t nonce, uint32_t number, uint32_t flags,
                   uint32_t size);

enum kv_check {
    KV_BATCH_GOOD,
    KV_BATCH_LONGER, /* may be good, but is longer than `have`: batch->size says how long */
    KV_BATCH_NONE    /* no batch */
};
/* Looks whether the `have` bytes at `batch` (at least a header) begin with a batch of that number. */
enum kv_check kv_batch_check(const struct kv_batch *batch, size_t have, uint32_t number);

/* A record of a good batch. The pointers lead into the batch. */
struct kv_change {
    enum kv_kind kind;
    const uint8_t *key, *value;
    size_t key_size, value_size;
};
/* The record at *at, which moves on; false at the end, or where the records make no sense. */
bool kv_batch_next(const struct kv_batch *batch, size_t *at, struct kv_change *change);

#endif
