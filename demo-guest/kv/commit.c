// SPDX-License-Identifier: MIT
/* Writing: waiting changes become a batch, the batch is written, then flushed, then they are answered (rule L1). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

static void commit_snapshot(struct kv_store *store);

void kv_submit(struct kv_store *store, enum disk_operation operation, uint64_t offset, size_t size,
               void (*done)(struct disk_request *request, int error))
{
    store->busy = true;
    store->request = (struct disk_request){.operation = operation,
                                           .offset = offset,
                                           .data = size ? store->buffer : NULL,
                                           .size = size,
                                           .done = done,
                                           .context = store};
    store->disk->submit(store->disk, &store->request);
}

/* Pads the batch in the buffer, whose records take `size` bytes, and returns its size on the disk. */
static size_t seal(struct kv_store *store, const struct kv_half *half, uint32_t flags, size_t size)
{
    size_t whole = sizeof(struct kv_batch) + size, sector = store->disk->sector_size;
    size_t padded = (whole + sector - 1) / sector * sector;

    memset(store->buffer + whole, 0, padded - whole);
    kv_batch_seal((struct kv_batch *)store->buffer, half->epoch, half->nonce, half->number, flags,
                  (uint32_t)size);
    return padded;
}

/* Answers the changes before store->unwritten, in order. `error` is 0 once they are on the disk. */
static void answer(struct kv_store *store, int error)
{
    while (store->first != store->unwritten) {
        struct kv_operation *operation = store->first;
        struct kv_entry *entry = operation->entry;
        int result = error;

        store->first = operation->next;
        if (!store->first)
            store->last = NULL;
        store->queued_bytes -= kv_record_size(entry->key_size, entry->value_size);
        if (!error && operation->kind == KV_PUT) {
            result = kv_table_put(&store->table, entry);
        } else {
            if (!error)
                result = kv_table_delete(&store->table, entry->key, entry->key_size);
            kv_entry_free(entry);
        }
        operation->done(operation->context, result);
        free(operation);
    }
}

static void batch_over(struct kv_store *store, int error)
{
    if (!error) {
        store->now.position += store->batch_size;
        store->now.number++;
    }
    answer(store, error);
    store->busy = false; /* not before: an answer may bring the next change */
    kv_commit(store);
}

static void batch_flushed(struct disk_request *request, int error)
{
    batch_over(request->context, error);
}

static void batch_written(struct disk_request *request, int error)
{
    struct kv_store *store = request->context;

    if (error)
        batch_over(store, error);
    else
        kv_submit(store, DISK_FLUSH, 0, 0, batch_flushed);
}

void kv_commit(struct kv_store *store)
{
    size_t size = 0, most = store->batch_limit - sizeof(struct kv_batch);
    uint8_t *records = store->buffer + sizeof(struct kv_batch);

    if (store->busy || !store->first)
        return;
    store->unwritten = store->first;
    while (store->unwritten) {
        const struct kv_operation *operation = store->unwritten;
        const struct kv_entry *entry = operation->entry;

        if (kv_record_size(entry->key_size, entry->value_size) > most - size)
            break;
        size += kv_record_write(records + size, operation->kind, entry->key, entry->key_size, entry->value,
                                entry->value_size);
        store->unwritten = operation->next;
    }
    store->batch_size = seal(store, &store->now, 0, size);
    if (store->now.position + store->batch_size > store->half_size) {
        store->snapshot = (struct kv_half){.start = store->now.start ? 0 : store->half_size,
                                           .epoch = store->now.epoch + 1,
                                           .nonce = store->random()};
        store->snapshot_next = store->table.first;
        commit_snapshot(store);
        return;
    }
    kv_submit(store, DISK_WRITE, store->now.start + store->now.position, store->batch_size, batch_written);
}

static void snapshot_over(struct kv_store *store, int error)
{
    if (error)
        answer(store, error); /* the changes that wanted the room; the old half still counts */
    else
        store->now = store->snapshot;
    store->busy = false;
    kv_commit(store);
}

static void snapshot_written(struct disk_request *request, int error)
{
    struct kv_store *store = request->context;

    store->snapshot.position += store->batch_size;
    store->snapshot.number++;
    if (error)
        snapshot_over(store, error);
    else if (store->snapshot_next)
        commit_snapshot(store);
    else
        snapshot_over(store, 0); /* the next batch's flush is the snapshot's too */
}

/* The snapshot's next batch. Nothing changes the table meanwhile: changes wait. */
static void commit_snapshot(struct kv_store *store)
{
    size_t size = 0, most = store->batch_limit - sizeof(struct kv_batch);
    uint8_t *records = store->buffer + sizeof(struct kv_batch);
    const struct kv_half *half = &store->snapshot;

    for (struct kv_entry *entry = store->snapshot_next; entry; entry = entry->next) {
        if (kv_record_size(entry->key_size, entry->value_size) > most - size)
            break;
        size += kv_record_write(records + size, KV_PUT, entry->key, entry->key_size, entry->value,
                                entry->value_size);
        store->snapshot_next = entry->next;
    }
    store->batch_size = seal(store, half, store->snapshot_next ? 0 : KV_SNAPSHOT_ENDS, size);
    kv_submit(store, DISK_WRITE, half->start + half->position, store->batch_size, snapshot_written);
}
