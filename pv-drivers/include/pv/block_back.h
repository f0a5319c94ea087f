/* SPDX-License-Identifier: MIT */
/*
 * A block backend: serves a disk to a frontend over the protocol of <abi/io_blkif.h>. It offers rings of up to 16 pages,
 * indirect requests of 256 segments, flush and discard where the disk has them, and persistent grants; it serves both widths
 * of frontends. It trusts nothing: requests are copied once and checked, a request that is wrong gets an error, and a ring whose
 * index is impossible stops the device, with the reason in the store.
 */
#ifndef PV_BLOCK_BACK_H
#define PV_BLOCK_BACK_H

#include <pv/disk.h>
#include <pv/glue.h>
#include <pv/ring.h>
#include <pv/xenbus.h>

#define PV_BLOCK_RING_ORDER 4
#define PV_BLOCK_RING_PAGES (1u << PV_BLOCK_RING_ORDER)
#define PV_BLOCK_SEGMENTS 256u
/* Requests at work in the disk at a time; more wait in the ring. */
#define PV_BLOCK_WORKING 32u
/* Pages that stay mapped for a frontend with persistent grants; what is above is mapped for each request. */
#define PV_BLOCK_KEPT 1024u

struct pv_block_counts {
    uint64_t reads, writes, flushes, discards, errors;
    uint64_t read_sectors, written_sectors;
};

struct pv_block_work;
struct pv_block_kept;

struct pv_block_back {
    const struct pv_glue *glue;
    struct pv_disk *disk;
    struct pv_xenbus bus;
    bool read_only; /* the disk is, or this frontend may not write */
    struct pv_block_counts counts;

    /* While connected: */
    bool connected;
    bool serving; /* in the middle of taking requests */
    enum pv_protocol protocol;
    struct pv_ring ring;
    uint32_t ring_pages;
    void *ring_memory;
    int port;                   /* -1: none */
    struct pv_block_work *work; /* PV_BLOCK_WORKING of them */
    struct pv_block_work *free_work;
    struct pv_block_work *held; /* read from the ring, refused by the disk for now */
    uint32_t working;
    bool keeps; /* the frontend's grants are persistent */
    struct pv_block_kept *kept;
    uint32_t kept_count;
};

/*
 * Serve `disk` from directory `path`, which the toolstack has made. `read_only` refuses writes even if the disk does not; the "mode" node
 * does too. The disk's room, resized and user are set here. Errors of the store.
 */
int pv_block_back_start(struct pv_block_back *back, const struct pv_glue *glue, struct pv_disk *disk,
                        const char *path, bool read_only);
/* Leave. True when all is let go of; false while the disk works: call again later. */
bool pv_block_back_stop(struct pv_block_back *back);

#endif
