// SPDX-License-Identifier: MIT
/* The pairs in memory: a hash table whose entries are also on a list, in the order in which they were made. */
#ifndef DEMO_KV_TABLE_H
#define DEMO_KV_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KV_BUCKETS 4096u

struct kv_entry {
    struct kv_entry *in_bucket, *next, *before;
    size_t key_size, value_size;
    uint8_t *value;
    uint8_t key[];
};

struct kv_table {
    struct kv_entry *buckets[KV_BUCKETS];
    struct kv_entry *first, *last;
    size_t count;
    uint64_t record_bytes; /* what all pairs take as records */
};

/* A pair with copies of both, in no table yet. NULL when memory is short. */
struct kv_entry *kv_entry_make(const void *key, size_t key_size, const void *value, size_t value_size);
void kv_entry_free(struct kv_entry *entry);

struct kv_entry *kv_table_find(const struct kv_table *table, const void *key, size_t key_size);
/* Takes the entry over; the one that had its key is freed. True when there was one. */
bool kv_table_put(struct kv_table *table, struct kv_entry *entry);
/* False when there was none. */
bool kv_table_delete(struct kv_table *table, const void *key, size_t key_size);
void kv_table_clear(struct kv_table *table);

#endif
