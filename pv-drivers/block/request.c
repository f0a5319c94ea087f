/* SPDX-License-Identifier: MIT */
#include <pv/string.h>

#include "request.h"

/* One set of functions for each width. All structures of a width have operation, id and sector in the same places. */
#define WIDTH(w)                                                                                             \
    static bool decode_##w(const void *entry, struct block_request *to)                                      \
    {                                                                                                        \
        struct blkif_request_##w plain;                                                                      \
        struct blkif_request_discard_##w discard;                                                            \
        struct blkif_request_indirect_##w indirect;                                                          \
                                                                                                             \
        memcpy(&plain, entry, sizeof(plain));                                                                \
        memcpy(&discard, entry, sizeof(discard));                                                            \
        memcpy(&indirect, entry, sizeof(indirect));                                                          \
        to->operation = plain.operation;                                                                     \
        to->is_indirect = plain.operation == BLKIF_OP_INDIRECT;                                              \
        to->id = to->is_indirect ? indirect.id : plain.id;                                                   \
        to->sector = to->is_indirect ? indirect.sector_number : plain.sector_number;                         \
        to->discard_sectors = discard.nr_sectors;                                                            \
        to->segment_count = plain.nr_segments;                                                               \
        if (to->is_indirect) {                                                                               \
            to->operation = indirect.indirect_op;                                                            \
            to->segment_count = indirect.nr_segments;                                                        \
            memcpy(to->indirect, indirect.indirect_grefs, sizeof(to->indirect));                             \
            return to->segment_count <= PV_BLOCK_SEGMENTS &&                                                 \
                   (to->operation == BLKIF_OP_READ || to->operation == BLKIF_OP_WRITE);                      \
        }                                                                                                    \
        if (to->operation == BLKIF_OP_DISCARD) {                                                             \
            to->segment_count = 0;                                                                           \
        }                                                                                                    \
        if (to->segment_count > BLKIF_MAX_SEGMENTS_PER_REQUEST) {                                            \
            return false;                                                                                    \
        }                                                                                                    \
        memcpy(to->segments, plain.seg, to->segment_count * sizeof(plain.seg[0]));                           \
        return true;                                                                                         \
    }                                                                                                        \
                                                                                                             \
    static void encode_##w(const struct block_request *from, void *entry)                                    \
    {                                                                                                        \
        if (from->is_indirect) {                                                                             \
            struct blkif_request_indirect_##w to = {.operation = BLKIF_OP_INDIRECT,                          \
                                                    .indirect_op = from->operation,                          \
                                                    .nr_segments = from->segment_count,                      \
                                                    .id = from->id,                                          \
                                                    .sector_number = from->sector};                          \
            memcpy(to.indirect_grefs, from->indirect, sizeof(to.indirect_grefs));                            \
            memcpy(entry, &to, sizeof(to));                                                                  \
        } else if (from->operation == BLKIF_OP_DISCARD) {                                                    \
            struct blkif_request_discard_##w to = {.operation = from->operation,                             \
                                                   .id = from->id,                                           \
                                                   .sector_number = from->sector,                            \
                                                   .nr_sectors = from->discard_sectors};                     \
            memcpy(entry, &to, sizeof(to));                                                                  \
        } else {                                                                                             \
            struct blkif_request_##w to = {.operation = from->operation,                                     \
                                           .nr_segments = (uint8_t)from->segment_count,                      \
                                           .id = from->id,                                                   \
                                           .sector_number = from->sector};                                   \
            memcpy(to.seg, from->segments, from->segment_count * sizeof(to.seg[0]));                         \
            memcpy(entry, &to, sizeof(to));                                                                  \
        }                                                                                                    \
    }                                                                                                        \
                                                                                                             \
    static uint32_t respond_##w(uint64_t id, uint8_t operation, int16_t status, void *entry)                 \
    {                                                                                                        \
        struct blkif_response_##w to = {.id = id, .operation = operation, .status = status};                 \
                                                                                                             \
        memcpy(entry, &to, sizeof(to));                                                                      \
        return sizeof(to);                                                                                   \
    }                                                                                                        \
                                                                                                             \
    static void response_##w(const void *entry, uint64_t *id, uint8_t *operation, int16_t *status)           \
    {                                                                                                        \
        struct blkif_response_##w from;                                                                      \
                                                                                                             \
        memcpy(&from, entry, sizeof(from));                                                                  \
        *id = from.id;                                                                                       \
        *operation = from.operation;                                                                         \
        *status = from.status;                                                                               \
    }

WIDTH(32)
WIDTH(64)

uint32_t block_entry_bytes(enum pv_protocol protocol)
{
    return protocol == PV_PROTOCOL_64 ? sizeof(union blkif_64_sring_entry)
                                      : sizeof(union blkif_32_sring_entry);
}

bool block_request_decode(enum pv_protocol protocol, const void *entry, struct block_request *request)
{
    return protocol == PV_PROTOCOL_64 ? decode_64(entry, request) : decode_32(entry, request);
}

void block_request_encode(enum pv_protocol protocol, const struct block_request *request, void *entry)
{
    if (protocol == PV_PROTOCOL_64) {
        encode_64(request, entry);
    } else {
        encode_32(request, entry);
    }
}

uint32_t block_response_encode(enum pv_protocol protocol, uint64_t id, uint8_t operation, int16_t status,
                               void *entry)
{
    return protocol == PV_PROTOCOL_64 ? respond_64(id, operation, status, entry)
                                      : respond_32(id, operation, status, entry);
}

void block_response_decode(enum pv_protocol protocol, const void *entry, uint64_t *id, uint8_t *operation,
                           int16_t *status)
{
    if (protocol == PV_PROTOCOL_64) {
        response_64(entry, id, operation, status);
    } else {
        response_32(entry, id, operation, status);
    }
}

bool block_request_fits(const struct block_request *request, const struct pv_disk *disk, uint64_t *sectors)
{
    uint64_t unit = disk->sector_bytes / PV_SECTOR;

    *sectors = request->operation == BLKIF_OP_DISCARD ? request->discard_sectors : 0;
    for (uint32_t i = 0; i < request->segment_count; i++) {
        const struct blkif_request_segment *segment = &request->segments[i];

        if (segment->first_sect > segment->last_sect || segment->last_sect >= PV_PAGE / PV_SECTOR) {
            return false;
        }
        *sectors += segment->last_sect - segment->first_sect + 1u;
    }
    /* Compared without adding, which could overflow. */
    return *sectors && request->sector <= disk->sectors && *sectors <= disk->sectors - request->sector &&
           request->sector % unit == 0 && *sectors % unit == 0;
}
