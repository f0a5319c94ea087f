// SPDX-License-Identifier: MIT
/* Opening: which half counts (rules L4 and L5), and what its batches add up to (L3). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "operation.h"

static void replay_half(struct kv_store *store);

static void opened(struct kv_store *store, int error)
{
    store->busy = false;
    store->ready = !error;
    if (error) {
        kv_table_clear(&store->table);
        free(store->buffer);
        store->buffer = NULL;
    }
    store->opened(store->opened_context, error);
}

/* Neither half counts. A disk that was never a store is taken only when its beginning is blank. */
static void begin_anew(struct kv_store *store)
{
    /* As if half 1 were full: the first change writes an empty snapshot to half 0. */
    store->now = (struct kv_half){.start = store->half_size, .position = store->half_size};
    opened(store, store->foreign ? -EEXIST : 0);
}

static int apply(struct kv_store *store, const struct kv_batch *batch)
{
    struct kv_change change;
    size_t at = 0;

    while (kv_batch_next(batch, &at, &change)) {
        struct kv_entry *entry;

        if (change.kind == KV_DELETE) {
            kv_table_delete(&store->table, change.key, change.key_size);
            continue;
        }
        entry = kv_entry_make(change.key, change.key_size, change.value, change.value_size);
        if (!entry)
            return -ENOMEM;
        kv_table_put(&store->table, entry);
    }
    return 0;
}

/* The log of the half being read ends here. */
static void end_of_log(struct kv_store *store)
{
    if (store->snapshot_ended) {
        opened(store, 0);
        return;
    }
    kv_table_clear(&store->table);
    store->found[store->replaying].begins = false;
    replay_half(store);
}

static void read_chunk(struct kv_store *store);

static void chunk_read(struct disk_request *request, int error)
{
    struct kv_store *store = request->context;
    struct kv_half *half = &store->now;
    size_t at = 0;

    while (!error && store->chunk - at >= sizeof(struct kv_batch)) {
        const struct kv_batch *batch = (const struct kv_batch *)(store->buffer + at);
        enum kv_check check = kv_batch_check(batch, store->chunk - at, half->number);
        size_t sector = store->disk->sector_size;

        if (check == KV_BATCH_LONGER && at)
            break; /* read again from its beginning */
        if (check != KV_BATCH_GOOD || batch->epoch != half->epoch ||
            (half->number && batch->nonce != half->nonce)) {
            half->position += at;
            end_of_log(store);
            return;
        }
        half->nonce = batch->nonce;
        store->snapshot_ended |= batch->flags & KV_SNAPSHOT_ENDS;
        error = apply(store, batch);
        half->number++;
        at += (sizeof(*batch) + batch->size + sector - 1) / sector * sector;
    }
    half->position += at;
    if (error)
        opened(store, error);
    else
        read_chunk(store);
}

static void read_chunk(struct kv_store *store)
{
    uint64_t left = store->half_size - store->now.position;

    if (!left) {
        end_of_log(store);
        return;
    }
    store->chunk = left < store->batch_limit ? (size_t)left : store->batch_limit;
    kv_submit(store, DISK_READ, store->now.start + store->now.position, store->chunk, chunk_read);
}

/* Reads the half with the higher epoch of those that may count. */
static void replay_half(struct kv_store *store)
{
    unsigned half =
        store->found[1].begins && (!store->found[0].begins || store->found[1].epoch > store->found[0].epoch);

    if (!store->found[half].begins) {
        begin_anew(store);
        return;
    }
    store->replaying = half;
    store->snapshot_ended = false;
    store->now = (struct kv_half){.start = half ? store->half_size : 0, .epoch = store->found[half].epoch};
    read_chunk(store);
}

static void first_sector_read(struct disk_request *request, int error)
{
    struct kv_store *store = request->context;
    const struct kv_batch *batch = (const struct kv_batch *)store->buffer;
    unsigned half = store->replaying;

    if (error) {
        opened(store, error);
        return;
    }
    store->found[half].begins = batch->magic == KV_MAGIC && batch->number == 0;
    store->found[half].epoch = batch->epoch;
    for (size_t i = 0; half == 0 && !store->found[0].begins && i < store->disk->sector_size; i++)
        store->foreign |= store->buffer[i] != 0;
    if (half == 1) {
        replay_half(store);
        return;
    }
    store->replaying = 1;
    kv_submit(store, DISK_READ, store->half_size, store->disk->sector_size, first_sector_read);
}

void kv_replay(struct kv_store *store)
{
    kv_submit(store, DISK_READ, 0, store->disk->sector_size, first_sector_read);
}
