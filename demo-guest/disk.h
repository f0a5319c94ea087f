// SPDX-License-Identifier: MIT
/* A disk as its users see it. Requests are carried out in any order; a flush is over when all writes that ended before
 * it was submitted are on the medium. */
#ifndef DEMO_DISK_H
#define DEMO_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum disk_operation { DISK_READ, DISK_WRITE, DISK_FLUSH };

struct disk_request {
    enum disk_operation operation;
    uint64_t offset; /* bytes; a multiple of the sector size, as is `size`; a flush has neither */
    void *data;
    size_t size;
    /* Called once, never from inside submit(). 0, or a negative errno: -EIO, -EROFS, -EINVAL beyond the disk's end. */
    void (*done)(struct disk_request *request, int error);
    void *context;
};

struct disk {
    uint64_t size;        /* bytes */
    uint32_t sector_size; /* 512 to 4096, a power of two; a sector is written whole or not at all */
    bool read_only;
    /* `request` stays where it is until it is done. */
    void (*submit)(struct disk *disk, struct disk_request *request);
    void *context;
};

#endif
