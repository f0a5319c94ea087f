// SPDX-License-Identifier: MIT
#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

void kv_open(struct kv_store *store, struct disk *disk, uint64_t (*random)(void), kv_done *opened,
             void *context)
{
    uint64_t half = disk->size / 2;

    *store = (struct kv_store){.disk = disk, .random = random, .opened = opened, .opened_context = context};
    store->half_size = half - half % disk->sector_size;
    store->batch_limit = half / 4 < KV_BATCH_MAX ? (size_t)(half / 4) : KV_BATCH_MAX;
    store->batch_limit -= store->batch_limit % disk->sector_size;
    if (disk->size < KV_DISK_MIN || disk->read_only) {
        opened(context, disk->read_only ? -EROFS : -ENOSPC);
        return;
    }
    store->buffer = malloc(store->batch_limit);
    if (!store->buffer) {
        opened(context, -ENOMEM);
        return;
    }
    kv_replay(store);
}

const struct kv_entry *kv_get(const struct kv_store *store, const void *key, size_t key_size)
{
    return kv_table_find(&store->table, key, key_size);
}

/*
 * The snapshot of all pairs must leave room for one more batch behind it. Two batches in a row hold more than one limit of
 * records, so headers and padding add little: with records in five eighths of a half, the rest is enough.
 */
static bool has_room(const struct kv_store *store, size_t size)
{
    return store->table.record_bytes + store->queued_bytes + size <= store->half_size / 8 * 5;
}

static int begin(struct kv_store *store, enum kv_kind kind, const void *key, size_t key_size,
                 const void *value, size_t value_size, kv_done *done, void *context)
{
    size_t size = kv_record_size(key_size, value_size);
    struct kv_operation *operation;

    if (!key_size || key_size > KV_KEY_MAX)
        return -EINVAL;
    if (value_size > KV_VALUE_MAX || size > store->batch_limit - sizeof(struct kv_batch))
        return -E2BIG;
    if (!store->ready || store->queued_bytes + size > KV_QUEUE_MAX)
        return -EAGAIN;
    if (kind == KV_PUT && !has_room(store, size))
        return -ENOSPC;
    operation = malloc(sizeof(*operation));
    if (!operation)
        return -ENOMEM;
    *operation = (struct kv_operation){.kind = kind, .done = done, .context = context};
    operation->entry = kv_entry_make(key, key_size, value, value_size);
    if (!operation->entry) {
        free(operation);
        return -ENOMEM;
    }
    if (store->last)
        store->last->next = operation;
    else
        store->first = operation;
    store->last = operation;
    if (!store->unwritten)
        store->unwritten = operation;
    store->queued_bytes += size;
    kv_commit(store);
    return 0;
}

int kv_put(struct kv_store *store, const void *key, size_t key_size, const void *value, size_t value_size,
           kv_done *done, void *context)
{
    return begin(store, KV_PUT, key, key_size, value, value_size, done, context);
}

int kv_delete(struct kv_store *store, const void *key, size_t key_size, kv_done *done, void *context)
{
    return begin(store, KV_DELETE, key, key_size, NULL, 0, done, context);
}
