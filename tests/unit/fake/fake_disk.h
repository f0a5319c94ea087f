// SPDX-License-Identifier: MIT
/* A disk in memory, which can be slow. */
#ifndef FAKE_DISK_H
#define FAKE_DISK_H

#include <pv/disk.h>

struct fake_disk {
    struct pv_disk disk;
    uint8_t *bytes;
    bool slow;      /* requests wait for fake_disk_finish() */
    unsigned limit; /* of requests that wait; more are refused for now */
    bool refused;
    unsigned waiting, requests, flushes;
    uint64_t discarded;
    struct pv_disk_request *queue[256];
};

void fake_disk_make(struct fake_disk *disk, uint64_t sectors);
void fake_disk_free(struct fake_disk *disk);
/* Do the oldest requests that wait. */
void fake_disk_finish(struct fake_disk *disk, unsigned count);
void fake_disk_grow(struct fake_disk *disk, uint64_t sectors);

#endif
