/* SPDX-License-Identifier: MIT */
#include "layout.h"
#include "queue.h"

#define RESET_TRIES 100000u

static uint32_t common_read(const struct virtio_registers *r, uint32_t offset, unsigned size)
{
    return r->read(r->context, VIRTIO_COMMON, offset, size);
}

static void common_write(const struct virtio_registers *r, uint32_t offset, unsigned size, uint32_t value)
{
    r->write(r->context, VIRTIO_COMMON, offset, size, value);
}

/* Section 4.1.4.3.2: the device says by a status of 0 that the reset is over. */
static bool reset(const struct virtio_registers *r)
{
    common_write(r, DEVICE_STATUS, 1, 0);
    for (unsigned i = 0; i < RESET_TRIES; i++) {
        if (!common_read(r, DEVICE_STATUS, 1))
            return true;
    }
    return false;
}

static uint64_t features_offered(const struct virtio_registers *r)
{
    uint64_t offered;

    common_write(r, DEVICE_FEATURE_SELECT, 4, 1);
    offered = (uint64_t)common_read(r, DEVICE_FEATURE, 4) << 32;
    common_write(r, DEVICE_FEATURE_SELECT, 4, 0);
    return offered | common_read(r, DEVICE_FEATURE, 4);
}

int virtio_begin(struct virtio_device *device, const struct pv_glue *glue,
                 const struct virtio_registers *registers, uint64_t wanted)
{
    uint64_t offered;

    *device = (struct virtio_device){.glue = glue, .registers = registers};
    if (!reset(registers))
        return -XEN_ENODEV;
    common_write(registers, DEVICE_STATUS, 1, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    offered = features_offered(registers);
    device->features = offered & (wanted | VIRTIO_F_VERSION_1);
    if (!(offered & VIRTIO_F_VERSION_1))
        goto err_failed;
    common_write(registers, DRIVER_FEATURE_SELECT, 4, 0);
    common_write(registers, DRIVER_FEATURE, 4, (uint32_t)device->features);
    common_write(registers, DRIVER_FEATURE_SELECT, 4, 1);
    common_write(registers, DRIVER_FEATURE, 4, (uint32_t)(device->features >> 32));
    common_write(registers, DEVICE_STATUS, 1, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    if (!(common_read(registers, DEVICE_STATUS, 1) & STATUS_FEATURES_OK))
        goto err_failed;
    common_write(registers, CONFIG_VECTOR, 2, 0);
    return 0;

err_failed:
    common_write(registers, DEVICE_STATUS, 1, STATUS_FAILED);
    return -XEN_ENODEV;
}

static void write_address(const struct virtio_registers *r, uint32_t offset, uint64_t machine)
{
    common_write(r, offset, 4, (uint32_t)machine);
    common_write(r, offset + 4, 4, (uint32_t)(machine >> 32));
}

int virtio_queue_start(struct virtio_device *device, struct virtio_queue *queue, uint16_t index)
{
    const struct virtio_registers *r = device->registers;
    const struct pv_glue *glue = device->glue;
    uint32_t most, doorbell;
    uint16_t size = VIRTIO_QUEUE_MAX;
    uint8_t *memory;

    common_write(r, QUEUE_SELECT, 2, index);
    most = common_read(r, QUEUE_SIZE, 2);
    while (size > most)
        size /= 2;
    doorbell = common_read(r, QUEUE_NOTIFY_OFFSET, 2) * r->notify_multiplier;
    if (!size || doorbell > r->notify_length - 2)
        return -XEN_ENODEV;
    memory = glue->pages_alloc(glue->context, QUEUE_PAGES);
    if (!memory)
        return -XEN_ENOMEM;
    virtio_queue_init(queue, r, index, size, memory);
    queue->doorbell = doorbell;
    common_write(r, QUEUE_SIZE, 2, size);
    common_write(r, QUEUE_VECTOR, 2, 0);
    write_address(r, QUEUE_DESCRIPTORS, glue->machine(glue->context, memory));
    write_address(r, QUEUE_DRIVER, glue->machine(glue->context, memory + PV_PAGE));
    write_address(r, QUEUE_DEVICE, glue->machine(glue->context, memory + PV_PAGE + USED_OFFSET));
    if (common_read(r, QUEUE_VECTOR, 2) != 0) { /* section 4.1.5.1.2.2: it has no memory for the message */
        glue->pages_free(glue->context, memory, QUEUE_PAGES);
        queue->memory = NULL;
        return -XEN_ENODEV;
    }
    common_write(r, QUEUE_ENABLE, 2, 1);
    return 0;
}

void virtio_run(struct virtio_device *device)
{
    common_write(device->registers, DEVICE_STATUS, 1,
                 STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
}

void virtio_end(struct virtio_device *device, struct virtio_queue *queues, unsigned count)
{
    const struct pv_glue *glue = device->glue;

    if (!reset(device->registers))
        return; /* it may still write to the queues: better to lose their memory */
    for (unsigned i = 0; i < count; i++) {
        if (queues[i].memory)
            glue->pages_free(glue->context, queues[i].memory, QUEUE_PAGES);
        queues[i].memory = NULL;
    }
}

uint32_t virtio_config(const struct virtio_device *device, uint32_t offset)
{
    const struct virtio_registers *r = device->registers;

    return offset + 4 <= r->device_length ? r->read(r->context, VIRTIO_DEVICE, offset, 4) : 0;
}

uint64_t virtio_config64(const struct virtio_device *device, uint32_t offset)
{
    const struct virtio_registers *r = device->registers;
    uint32_t before, tries = 0;
    uint64_t value;

    do {
        before = common_read(r, CONFIG_GENERATION, 1);
        value = virtio_config(device, offset) | (uint64_t)virtio_config(device, offset + 4) << 32;
    } while (common_read(r, CONFIG_GENERATION, 1) != before && ++tries < 100);
    return value;
}
