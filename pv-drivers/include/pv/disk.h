/* SPDX-License-Identifier: MIT */
/*
 * A disk, as a backend wants it: whatever lies below (a virtio device, memory, an image) fills in this table. Sectors have 512
 * bytes everywhere, however large the disk's own are.
 */
#ifndef PV_DISK_H
#define PV_DISK_H

#include <stdbool.h>
#include <stdint.h>

#define PV_SECTOR 512u

enum pv_disk_operation { PV_DISK_READ, PV_DISK_WRITE, PV_DISK_FLUSH, PV_DISK_DISCARD };

/* Memory that holds still until the request is done. Whole sectors, within one page. */
struct pv_disk_segment {
    void *address;
    uint32_t length;
};

struct pv_disk_request {
    enum pv_disk_operation operation;
    uint64_t sector;
    uint64_t sectors; /* for reads and writes, as many as the segments hold */
    uint32_t segment_count;
    const struct pv_disk_segment *segments;
    /* Called once when it is done, with 0 or a negative errno; perhaps before submit() returns. The request is then the caller's again. */
    void (*done)(struct pv_disk_request *request, int error);
    void *owner; /* the caller's */
    void *lower; /* the disk's, while it has the request */
};

struct pv_disk {
    uint64_t sectors;
    uint32_t
        sector_bytes; /* of the disk itself, a power of two from 512 to 4096: requests are multiples of it */
    uint32_t physical_bytes; /* what it writes best; at least sector_bytes */
    uint32_t max_segments;   /* of one request */
    bool read_only;
    bool can_flush, can_discard;
    /* Starts a request that lies within the disk. -XEN_EAGAIN: no room now; it calls room() when there is. */
    int (*submit)(struct pv_disk *disk, struct pv_disk_request *request);
    void *context; /* the disk's */
    /* Set by whoever uses the disk; may be NULL. */
    void (*room)(void *user);
    void (*resized)(void *user); /* `sectors` has changed */
    void *user;
};

#endif
