/* SPDX-License-Identifier: MIT */
/*
 * Virtio 1.0 devices over PCI (OASIS Virtual I/O Device 1.0, sections 2.4, 3.1 and 4.1), with one MSI-X message for all
 * queues. The device is trusted with the memory it is given, as any device without an IOMMU is; still, no index that it writes is
 * used unchecked.
 */
#ifndef PV_VIRTIO_H
#define PV_VIRTIO_H

#include <pv/glue.h>

#define VIRTIO_QUEUE_MAX 256u /* descriptors */
#define VIRTIO_VENDOR 0x1af4u
#define VIRTIO_PCI_BLK 0x1042u
#define VIRTIO_PCI_NET 0x1041u
#define VIRTIO_F_VERSION_1 (1ull << 32)

/* Where a part of the registers is. */
struct virtio_region {
    uint8_t bar; /* 0 to 5 */
    uint32_t offset, length;
};

/* Section 4.1.4. */
struct virtio_regions {
    struct virtio_region common, notify, device;
    uint32_t notify_multiplier;
};

/*
 * Finds the regions by the device's capabilities. `read` returns 4 bytes of configuration space at a multiple of 4 below
 * 256. False when a region is missing or the list of capabilities makes no sense.
 */
bool virtio_find_regions(uint32_t (*read)(void *context, uint8_t offset), void *context,
                         struct virtio_regions *regions);

enum virtio_part { VIRTIO_COMMON, VIRTIO_NOTIFY, VIRTIO_DEVICE };

/* The device's registers: `size` is 1, 2 or 4 and `offset` a multiple of it, within the part's length. */
struct virtio_registers {
    void *context;
    uint32_t (*read)(void *context, enum virtio_part part, uint32_t offset, unsigned size);
    void (*write)(void *context, enum virtio_part part, uint32_t offset, unsigned size, uint32_t value);
    uint32_t notify_length, device_length, notify_multiplier;
};

/* Memory that the device reads or writes; within one page. */
struct virtio_buffer {
    uint64_t machine;
    uint32_t length;
    bool device_writes; /* all such buffers come last */
};

struct virtio_queue {
    const struct virtio_registers *registers;
    uint16_t index, size; /* size: a power of two up to VIRTIO_QUEUE_MAX */
    uint32_t doorbell;    /* offset in the notify part */
    volatile struct virtio_descriptor *descriptors;
    volatile struct virtio_available *available;
    volatile struct virtio_used *used;
    uint16_t free, free_count, next_available, next_used;
    uint16_t lengths[VIRTIO_QUEUE_MAX]; /* descriptors of the chain that begins here; 0: none does */
    uint16_t
        links[VIRTIO_QUEUE_MAX]; /* our own copy of the chains: the device could write to the shared ones */
    void *cookies[VIRTIO_QUEUE_MAX];
    bool broken; /* the device named a chain that it does not have: nothing more is taken from it */
    void *memory;
};

struct virtio_device {
    const struct pv_glue *glue;
    const struct virtio_registers *registers;
    uint64_t features; /* in use */
};

/*
 * Resets the device and agrees on features: all of `wanted` that it offers, and VIRTIO_F_VERSION_1. 0; -XEN_ENODEV: it does not
 * speak version 1, or does not go along.
 */
int virtio_begin(struct virtio_device *device, const struct pv_glue *glue,
                 const struct virtio_registers *registers, uint64_t wanted);
/* Sets queue `index` up, with message 0 of the device for its interrupts. 0, -XEN_ENODEV, -XEN_ENOMEM. */
int virtio_queue_start(struct virtio_device *device, struct virtio_queue *queue, uint16_t index);
/* Everything is set up: the device may begin. */
void virtio_run(struct virtio_device *device);
/* Resets the device, after which it touches no memory, and frees the queues' memory. */
void virtio_end(struct virtio_device *device, struct virtio_queue *queues, unsigned count);

/* 4 bytes of the device's own configuration, 0 beyond its length. */
uint32_t virtio_config(const struct virtio_device *device, uint32_t offset);
/* 8 bytes, read until they hold still (section 2.4.1 of 1.1: the generation). */
uint64_t virtio_config64(const struct virtio_device *device, uint32_t offset);

/* Offers buffers to the device; `cookie` comes back with them. False: no room now, or the queue is broken. */
bool virtio_queue_add(struct virtio_queue *queue, const struct virtio_buffer *buffers, unsigned count,
                      void *cookie);
/* Tells the device of what was added since the last time, unless it does not want to hear. */
void virtio_queue_kick(struct virtio_queue *queue);
/* The next chain the device is done with, and how many bytes it says it wrote; NULL when there is none. */
void *virtio_queue_take(struct virtio_queue *queue, uint32_t *written);

#endif
