/* SPDX-License-Identifier: MIT */
/* Layouts of section 2.4 (split virtqueues) and 4.1.4.3 (common registers) of virtio 1.0. */
#ifndef PV_VIRTIO_LAYOUT_H
#define PV_VIRTIO_LAYOUT_H

#include <pv/virtio.h>

enum { DESCRIPTOR_NEXT = 1, DESCRIPTOR_WRITE = 2 };
enum { USED_NO_NOTIFY = 1 };

struct virtio_descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

struct virtio_available {
    uint16_t flags, index, ring[VIRTIO_QUEUE_MAX];
};

struct virtio_used {
    uint16_t flags, index;
    struct {
        uint32_t id, length;
    } ring[VIRTIO_QUEUE_MAX];
};

/* One page of descriptors, one with both rings. */
#define QUEUE_PAGES 2u
#define USED_OFFSET 1024u
_Static_assert(sizeof(struct virtio_descriptor) * VIRTIO_QUEUE_MAX == PV_PAGE, "a page of descriptors");
_Static_assert(sizeof(struct virtio_available) <= USED_OFFSET, "available below used");
_Static_assert(USED_OFFSET + sizeof(struct virtio_used) <= PV_PAGE, "both rings in a page");

enum {
    DEVICE_FEATURE_SELECT = 0,
    DEVICE_FEATURE = 4,
    DRIVER_FEATURE_SELECT = 8,
    DRIVER_FEATURE = 12,
    CONFIG_VECTOR = 16,
    DEVICE_STATUS = 20,
    CONFIG_GENERATION = 21,
    QUEUE_SELECT = 22,
    QUEUE_SIZE = 24,
    QUEUE_VECTOR = 26,
    QUEUE_ENABLE = 28,
    QUEUE_NOTIFY_OFFSET = 30,
    QUEUE_DESCRIPTORS = 32,
    QUEUE_DRIVER = 40,
    QUEUE_DEVICE = 48,
    COMMON_LENGTH = 56,
};

enum {
    STATUS_ACKNOWLEDGE = 1,
    STATUS_DRIVER = 2,
    STATUS_DRIVER_OK = 4,
    STATUS_FEATURES_OK = 8,
    STATUS_FAILED = 128
};

#endif
