/* SPDX-License-Identifier: MIT */
/* A virtio disk (virtio 1.0, section 5.2) as a struct pv_disk. */
#ifndef PV_VIRTIO_BLK_H
#define PV_VIRTIO_BLK_H

#include <pv/disk.h>
#include <pv/virtio.h>

#define VIRTIO_BLK_SLOTS 64u
#define VIRTIO_BLK_SEGMENTS 256u /* of one request */

/* What the device reads and writes of a request besides its data. */
struct virtio_blk_slot {
    uint32_t type, reserved;
    uint64_t sector;
    uint64_t discard_sector;
    uint32_t discard_count, discard_flags;
    volatile uint8_t status;
    uint8_t pad[31];
};

struct virtio_blk {
    struct pv_disk disk; /* for whoever uses it; `context` is the driver's */
    struct virtio_device device;
    struct virtio_queue queue;
    struct virtio_blk_slot *slots; /* a page of them */
    uint64_t slots_machine;
    /*
     * A request the device would find too long goes to it in parts, one after the other: a slot's next part begins at
     * `segment`, on disk at `sector`. `stalled`: it waits for room in the queue.
     */
    struct virtio_blk_part {
        struct pv_disk_request *request; /* NULL: the slot is free */
        uint32_t segment;
        uint64_t sector;
        bool stalled;
    } parts[VIRTIO_BLK_SLOTS];
    uint32_t part_segments; /* most of one part */
    struct virtio_buffer buffers[VIRTIO_QUEUE_MAX];
    uint32_t max_discard;
    bool waiting; /* submit() has said -XEN_EAGAIN since */
    bool failed;  /* the device went wrong and was stopped: every request gets -XEN_EIO */
};

/* 0, or what virtio_begin() and virtio_queue_start() return; nothing is held then. */
int virtio_blk_start(struct virtio_blk *blk, const struct pv_glue *glue,
                     const struct virtio_registers *registers);
/* The device's interrupt. Ends requests that are done, and notices a change of size. */
void virtio_blk_interrupt(struct virtio_blk *blk);
/* Stops the device; requests at work end with -XEN_EIO. */
void virtio_blk_stop(struct virtio_blk *blk);

#endif
