/* SPDX-License-Identifier: MIT */
/*
 * Free descriptors are linked by `links`, our own copy: what the device could have written over is never read back.
 * A chain is the device's from the step of the available index until its head appears in the used ring.
 */
#include "queue.h"

#include "layout.h"

void virtio_queue_init(struct virtio_queue *queue, const struct virtio_registers *registers, uint16_t index,
                       uint16_t size, void *memory)
{
    *queue = (struct virtio_queue){.registers = registers,
                                   .index = index,
                                   .size = size,
                                   .descriptors = memory,
                                   .available = (void *)((uint8_t *)memory + PV_PAGE),
                                   .used = (void *)((uint8_t *)memory + PV_PAGE + USED_OFFSET),
                                   .free_count = size,
                                   .memory = memory};
    for (uint16_t i = 0; i < size; i++)
        queue->links[i] = (uint16_t)(i + 1);
}

bool virtio_queue_add(struct virtio_queue *queue, const struct virtio_buffer *buffers, unsigned count,
                      void *cookie)
{
    uint16_t head = queue->free, at = head;

    if (queue->broken || !count || count > queue->free_count)
        return false;
    for (unsigned i = 0; i < count; i++) {
        bool last = i == count - 1;

        queue->descriptors[at].address = buffers[i].machine;
        queue->descriptors[at].length = buffers[i].length;
        queue->descriptors[at].flags =
            (uint16_t)((buffers[i].device_writes ? DESCRIPTOR_WRITE : 0) | (last ? 0 : DESCRIPTOR_NEXT));
        queue->descriptors[at].next = last ? 0 : queue->links[at];
        at = queue->links[at];
    }
    queue->free = at;
    queue->free_count = (uint16_t)(queue->free_count - count);
    queue->lengths[head] = (uint16_t)count;
    queue->cookies[head] = cookie;
    queue->available->ring[queue->next_available++ % queue->size] = head;
    __atomic_thread_fence(__ATOMIC_RELEASE); /* the chain before the index that shows it */
    queue->available->index = queue->next_available;
    return true;
}

void virtio_queue_kick(struct virtio_queue *queue)
{
    const struct virtio_registers *r = queue->registers;

    __atomic_thread_fence(
        __ATOMIC_SEQ_CST); /* our index before its wish: it looks at them in the other order */
    if (!(queue->used->flags & USED_NO_NOTIFY))
        r->write(r->context, VIRTIO_NOTIFY, queue->doorbell, 2, queue->index);
}

/* Puts a chain back on the free list. */
static void release(struct virtio_queue *queue, uint16_t head)
{
    uint16_t last = head;

    for (uint16_t i = 1; i < queue->lengths[head]; i++)
        last = queue->links[last];
    queue->links[last] = queue->free;
    queue->free = head;
    queue->free_count = (uint16_t)(queue->free_count + queue->lengths[head]);
    queue->lengths[head] = 0;
}

void *virtio_queue_take(struct virtio_queue *queue, uint32_t *written)
{
    uint32_t id;

    if (queue->broken || queue->used->index == queue->next_used)
        return NULL;
    __atomic_thread_fence(__ATOMIC_ACQUIRE); /* the index before what it shows */
    id = queue->used->ring[queue->next_used % queue->size].id;
    *written = queue->used->ring[queue->next_used % queue->size].length;
    queue->next_used++;
    if (id >= queue->size || !queue->lengths[id]) {
        queue->broken = true;
        return NULL;
    }
    release(queue, (uint16_t)id);
    return queue->cookies[id];
}
