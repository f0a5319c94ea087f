/* SPDX-License-Identifier: MIT */
/* A block request, of either width, in one form. */
#ifndef BLOCK_REQUEST_H
#define BLOCK_REQUEST_H

#include <abi/io_blkif.h>
#include <pv/block_back.h>

struct block_request {
    uint8_t operation; /* BLKIF_OP_; of an indirect one, what it does: that is also what its response says */
    bool is_indirect;
    uint16_t segment_count;
    uint64_t id;
    uint64_t sector;
    uint64_t discard_sectors;
    grant_ref_t indirect[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
    struct blkif_request_segment segments[PV_BLOCK_SEGMENTS]; /* of an indirect one, to be fetched */
};

/* Room for a ring entry of either width. */
#define BLOCK_ENTRY_BYTES 112u
uint32_t block_entry_bytes(enum pv_protocol protocol);

/* Take a copy of a ring entry apart. False when it makes no sense; id and operation are set all the same. */
bool block_request_decode(enum pv_protocol protocol, const void *entry, struct block_request *request);
/* Put a frontend's request together; the segments of an indirect one go into its page. */
void block_request_encode(enum pv_protocol protocol, const struct block_request *request, void *entry);

/*
 * Whether all segments are whole, and the request lies within a disk of so many sectors and on its boundaries. Sets *sectors, the
 * length of a read or write.
 */
bool block_request_fits(const struct block_request *request, const struct pv_disk *disk, uint64_t *sectors);

/* A response in the ring's layout; returns its bytes. */
uint32_t block_response_encode(enum pv_protocol protocol, uint64_t id, uint8_t operation, int16_t status,
                               void *entry);
void block_response_decode(enum pv_protocol protocol, const void *entry, uint64_t *id, uint8_t *operation,
                           int16_t *status);

#endif
