/* SPDX-License-Identifier: MIT */
#ifndef PV_VIRTIO_QUEUE_H
#define PV_VIRTIO_QUEUE_H

#include <pv/virtio.h>

/* An empty queue in `memory`: two pages of zeros. */
void virtio_queue_init(struct virtio_queue *queue, const struct virtio_registers *registers, uint16_t index,
                       uint16_t size, void *memory);

#endif
