/* SPDX-License-Identifier: MIT */
/*
 * The block protocol: requests for ranges of 512-byte sectors. The two guest widths lay requests out
 * differently, and a backend serves both. Reference: io/blkif.h.
 */
#ifndef ABI_IO_BLKIF_H
#define ABI_IO_BLKIF_H

#include "grant_table.h"
#include "ring.h"
#include "types.h"

#define BLKIF_OP_READ 0
#define BLKIF_OP_WRITE 1
#define BLKIF_OP_WRITE_BARRIER 2   /* "feature-barrier" */
#define BLKIF_OP_FLUSH_DISKCACHE 3 /* "feature-flush-cache" */
#define BLKIF_OP_RESERVED_1 4
#define BLKIF_OP_DISCARD 5  /* "feature-discard" */
#define BLKIF_OP_INDIRECT 6 /* "feature-max-indirect-segments" */

#define BLKIF_MAX_SEGMENTS_PER_REQUEST 11
#define BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST 8

#define BLKIF_DISCARD_SECURE (1 << 0)

#define BLKIF_RSP_EOPNOTSUPP (-2)
#define BLKIF_RSP_ERROR (-1)
#define BLKIF_RSP_OKAY 0

/* Bits of the "info" node. */
#define VDISK_CDROM 0x1
#define VDISK_REMOVABLE 0x2
#define VDISK_READONLY 0x4

#ifndef __ASSEMBLER__

typedef uint16_t blkif_vdev_t;
typedef uint64_t blkif_sector_t;

/* Sectors first_sect to last_sect (both included, of 512 bytes) of the granted frame. */
struct blkif_request_segment {
    grant_ref_t gref;
    uint8_t first_sect, last_sect;
};
ABI_SIZE(struct blkif_request_segment, 8);

struct blkif_request_32 {
    uint8_t operation;   /* BLKIF_OP_ */
    uint8_t nr_segments; /* of seg that are used */
    blkif_vdev_t handle;
    abi_u64_32 id; /* comes back in the response */
    abi_u64_32 sector_number;
    struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
ABI_SIZE(struct blkif_request_32, 108);
ABI_OFFSET(struct blkif_request_32, id, 4);

struct blkif_request_64 {
    uint8_t operation;
    uint8_t nr_segments;
    blkif_vdev_t handle;
    abi_u64_64 id;
    abi_u64_64 sector_number;
    struct blkif_request_segment seg[BLKIF_MAX_SEGMENTS_PER_REQUEST];
};
ABI_SIZE(struct blkif_request_64, 112);
ABI_OFFSET(struct blkif_request_64, id, 8);

struct blkif_request_discard_32 {
    uint8_t operation; /* BLKIF_OP_DISCARD */
    uint8_t flag;      /* BLKIF_DISCARD_ */
    blkif_vdev_t handle;
    abi_u64_32 id;
    abi_u64_32 sector_number;
    abi_u64_32 nr_sectors;
};
ABI_SIZE(struct blkif_request_discard_32, 28);

struct blkif_request_discard_64 {
    uint8_t operation;
    uint8_t flag;
    blkif_vdev_t handle;
    abi_u64_64 id;
    abi_u64_64 sector_number;
    abi_u64_64 nr_sectors;
};
ABI_SIZE(struct blkif_request_discard_64, 32);

/* Each granted frame holds up to 512 struct blkif_request_segment. */
struct blkif_request_indirect_32 {
    uint8_t operation;   /* BLKIF_OP_INDIRECT */
    uint8_t indirect_op; /* BLKIF_OP_READ or WRITE */
    uint16_t nr_segments;
    abi_u64_32 id;
    abi_u64_32 sector_number;
    blkif_vdev_t handle;
    grant_ref_t indirect_grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
    abi_u64_32 pad;
};
ABI_SIZE(struct blkif_request_indirect_32, 64);

struct blkif_request_indirect_64 {
    uint8_t operation;
    uint8_t indirect_op;
    uint16_t nr_segments;
    abi_u64_64 id;
    abi_u64_64 sector_number;
    blkif_vdev_t handle;
    grant_ref_t indirect_grefs[BLKIF_MAX_INDIRECT_PAGES_PER_REQUEST];
};
ABI_SIZE(struct blkif_request_indirect_64, 64);

struct blkif_response_32 {
    abi_u64_32 id;
    uint8_t operation;
    int16_t status; /* BLKIF_RSP_ */
};
ABI_SIZE(struct blkif_response_32, 12);

struct blkif_response_64 {
    abi_u64_64 id;
    uint8_t operation;
    int16_t status;
};
ABI_SIZE(struct blkif_response_64, 16);

DEFINE_RING_TYPES(blkif_32, struct blkif_request_32, struct blkif_response_32);
DEFINE_RING_TYPES(blkif_64, struct blkif_request_64, struct blkif_response_64);
ABI_SIZE(union blkif_32_sring_entry, 108);
ABI_SIZE(union blkif_64_sring_entry, 112);

#endif /* __ASSEMBLER__ */

#endif
