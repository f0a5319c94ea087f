// SPDX-License-Identifier: MIT
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "crc32c.h"
#include "log.h"

struct kv_entry *kv_entry_make(const void *key, size_t key_size, const void *value, size_t value_size)
{
    struct kv_entry *entry = malloc(sizeof(*entry) + key_size);
    uint8_t *copy = malloc(value_size ? value_size : 1);

    if (!entry || !copy) {
        free(entry);
        free(copy);
        return NULL;
    }
    memcpy(entry->key, key, key_size);
    if (value_size)
        memcpy(copy, value, value_size);
    entry->key_size = key_size;
    entry->value = copy;
    entry->value_size = value_size;
    return entry;
}

void kv_entry_free(struct kv_entry *entry)
{
    free(entry->value);
    free(entry);
}

static unsigned bucket_of(const void *key, size_t key_size)
{
    return crc32c(0, key, key_size) % KV_BUCKETS;
}

struct kv_entry *kv_table_find(const struct kv_table *table, const void *key, size_t key_size)
{
    struct kv_entry *entry = table->buckets[bucket_of(key, key_size)];

    while (entry && (entry->key_size != key_size || memcmp(entry->key, key, key_size) != 0))
        entry = entry->in_bucket;
    return entry;
}

static void link_entry(struct kv_table *table, struct kv_entry *entry)
{
    struct kv_entry **bucket = &table->buckets[bucket_of(entry->key, entry->key_size)];

    entry->in_bucket = *bucket;
    *bucket = entry;
    entry->next = NULL;
    entry->before = table->last;
    if (table->last)
        table->last->next = entry;
    else
        table->first = entry;
    table->last = entry;
    table->count++;
}

bool kv_table_put(struct kv_table *table, struct kv_entry *entry)
{
    bool had_one = kv_table_delete(table, entry->key, entry->key_size);

    link_entry(table, entry);
    table->record_bytes += kv_record_size(entry->key_size, entry->value_size);
    return had_one;
}

bool kv_table_delete(struct kv_table *table, const void *key, size_t key_size)
{
    struct kv_entry **at = &table->buckets[bucket_of(key, key_size)],
                    *entry = kv_table_find(table, key, key_size);

    if (!entry)
        return false;
    while (*at != entry)
        at = &(*at)->in_bucket;
    *at = entry->in_bucket;
    *(entry->before ? &entry->before->next : &table->first) = entry->next;
    *(entry->next ? &entry->next->before : &table->last) = entry->before;
    table->record_bytes -= kv_record_size(key_size, entry->value_size);
    table->count--;
    kv_entry_free(entry);
    return true;
}

void kv_table_clear(struct kv_table *table)
{
    while (table->first)
        kv_table_delete(table, table->first->key, table->first->key_size);
}
