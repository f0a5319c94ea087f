// SPDX-License-Identifier: MIT
/* A change on its way to the disk. */
#ifndef DEMO_KV_OPERATION_H
#define DEMO_KV_OPERATION_H

#include "store.h"

struct kv_operation {
    struct kv_operation *next;
    enum kv_kind kind;
    struct kv_entry *entry; /* made beforehand, so that nothing can fail once it is on the disk */
    kv_done *done;
    void *context;
};

/* Begins to write what waits, unless a request is under way. */
void kv_commit(struct kv_store *store);
/* Reads the log, and tells store->opened. */
void kv_replay(struct kv_store *store);
void kv_submit(struct kv_store *store, enum disk_operation operation, uint64_t offset, size_t size,
               void (*done)(struct disk_request *request, int error));

#endif
