// SPDX-License-Identifier: MIT
#include <abi/errno.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fake_disk.h"

static void work(struct fake_disk *disk, struct pv_disk_request *request)
{
    uint8_t *at = disk->bytes + request->sector * PV_SECTOR;

    assert(request->sector + request->sectors <= disk->disk.sectors);
    disk->requests++;
    switch (request->operation) {
    case PV_DISK_READ:
    case PV_DISK_WRITE:
        for (uint32_t i = 0; i < request->segment_count; i++) {
            const struct pv_disk_segment *segment = &request->segments[i];

            if (request->operation == PV_DISK_READ)
                memcpy(segment->address, at, segment->length);
            else
                memcpy(at, segment->address, segment->length);
            at += segment->length;
        }
        break;
    case PV_DISK_FLUSH: disk->flushes++; break;
    case PV_DISK_DISCARD:
        disk->discarded += request->sectors;
        memset(at, 0, request->sectors * PV_SECTOR);
        break;
    }
    request->done(request, 0);
}

static int submit(struct pv_disk *base, struct pv_disk_request *request)
{
    struct fake_disk *disk = base->context;

    if (!disk->slow) {
        work(disk, request);
        return 0;
    }
    if (disk->waiting == disk->limit) {
        disk->refused = true;
        return -XEN_EAGAIN;
    }
    disk->queue[disk->waiting++] = request;
    return 0;
}

void fake_disk_make(struct fake_disk *disk, uint64_t sectors)
{
    *disk = (struct fake_disk){.limit = 256};
    disk->bytes = calloc(sectors, PV_SECTOR);
    disk->disk = (struct pv_disk){.sectors = sectors,
                                  .sector_bytes = PV_SECTOR,
                                  .physical_bytes = PV_SECTOR,
                                  .max_segments = 256,
                                  .can_flush = true,
                                  .can_discard = true,
                                  .submit = submit,
                                  .context = disk};
}

void fake_disk_free(struct fake_disk *disk)
{
    free(disk->bytes);
    disk->bytes = NULL;
}

void fake_disk_finish(struct fake_disk *disk, unsigned count)
{
    while (count-- && disk->waiting) {
        struct pv_disk_request *request = disk->queue[0];

        memmove(disk->queue, disk->queue + 1, --disk->waiting * sizeof(request));
        work(disk, request);
        if (disk->refused) {
            disk->refused = false;
            disk->disk.room(disk->disk.user);
        }
    }
}

void fake_disk_grow(struct fake_disk *disk, uint64_t sectors)
{
    disk->bytes = realloc(disk->bytes, sectors * PV_SECTOR);
    memset(disk->bytes + disk->disk.sectors * PV_SECTOR, 0, (sectors - disk->disk.sectors) * PV_SECTOR);
    disk->disk.sectors = sectors;
    disk->disk.resized(disk->disk.user);
}
