// SPDX-License-Identifier: MIT
#include "log.h"

#include <string.h>

#include "crc32c.h"

#define SUMMED_FROM offsetof(struct kv_batch, epoch)

size_t kv_record_size(size_t key_size, size_t value_size)
{
    return (sizeof(struct kv_record) + key_size + value_size + 7) & ~(size_t)7;
}

size_t kv_record_write(void *to, enum kv_kind kind, const void *key, size_t key_size, const void *value,
                       size_t value_size)
{
    struct kv_record head = {.kind = (uint8_t)kind,
                             .key_size = (uint8_t)key_size,
                             .value_size = (uint32_t)value_size};
    size_t size = kv_record_size(key_size, value_size);
    uint8_t *at = to;

    memset(at + size - 8, 0, 8);
    memcpy(at, &head, sizeof(head));
    memcpy(at + sizeof(head), key, key_size);
    if (value_size)
        memcpy(at + sizeof(head) + key_size, value, value_size);
    return size;
}

static uint32_t sum(const struct kv_batch *batch)
{
    return crc32c(0, (const uint8_t *)batch + SUMMED_FROM, sizeof(*batch) - SUMMED_FROM + batch->size);
}

void kv_batch_seal(struct kv_batch *batch, uint64_t epoch, uint64_t nonce, uint32_t number, uint32_t flags,
                   uint32_t size)
{
    *batch = (struct kv_batch){
        .magic = KV_MAGIC, .epoch = epoch, .nonce = nonce, .number = number, .flags = flags, .size = size};
    batch->checksum = sum(batch);
}

enum kv_check kv_batch_check(const struct kv_batch *batch, size_t have, uint32_t number)
{
    if (batch->magic != KV_MAGIC || batch->number != number || batch->size > KV_BATCH_MAX - sizeof(*batch))
        return KV_BATCH_NONE;
    if (batch->size > have - sizeof(*batch))
        return KV_BATCH_LONGER;
    return batch->checksum == sum(batch) ? KV_BATCH_GOOD : KV_BATCH_NONE;
}

bool kv_batch_next(const struct kv_batch *batch, size_t *at, struct kv_change *change)
{
    const uint8_t *records = (const uint8_t *)(batch + 1);
    struct kv_record head;
    size_t left = batch->size - *at;

    if (left < sizeof(head))
        return false;
    memcpy(&head, records + *at, sizeof(head));
    if ((head.kind != KV_PUT && head.kind != KV_DELETE) || !head.key_size || head.value_size > KV_VALUE_MAX ||
        kv_record_size(head.key_size, head.value_size) > left)
        return false;
    change->kind = (enum kv_kind)head.kind;
    change->key = records + *at + sizeof(head);
    change->key_size = head.key_size;
    change->value = change->key + head.key_size;
    change->value_size = head.value_size;
    *at += kv_record_size(head.key_size, head.value_size);
    return true;
}
