/* SPDX-License-Identifier: MIT */
#include "device.h"

#include <guestkit/areas.h>
#include <guestkit/page_tables.h>
#include <guestkit/stubs.h>
#include <pv/guest.h>

#define PAGES_MAX 16u /* of one part; QEMU's notify part has one, or four with a page for each queue */

static uint32_t read_space(void *context, uint8_t offset)
{
    uint32_t value;

    (void)pv_pci_front_read(context, offset, 4, &value); /* an error reads as nothing there */
    return value;
}

static uint32_t read_register(void *context, enum virtio_part part, uint32_t offset, unsigned int size)
{
    struct device *device = context;
    volatile uint8_t *at = device->parts[part] + offset;

    switch (size) {
    case 1: return *at;
    case 2: return *(volatile uint16_t *)at;
    default: return *(volatile uint32_t *)at;
    }
}

static void write_register(void *context, enum virtio_part part, uint32_t offset, unsigned int size,
                           uint32_t value)
{
    struct device *device = context;
    volatile uint8_t *at = device->parts[part] + offset;

    switch (size) {
    case 1: *at = (uint8_t)value; break;
    case 2: *(volatile uint16_t *)at = (uint16_t)value; break;
    default: *(volatile uint32_t *)at = value; break;
    }
}

/* Of a long part only the beginning is used; *length becomes what is mapped. */
static int map_part(struct device *device, enum virtio_part part, const struct virtio_region *region,
                    uint32_t *length)
{
    uint32_t mfns[PAGES_MAX];
    uint32_t pages;
    uint64_t machine;
    uint8_t *area;
    int error = pv_pci_front_bar(&device->pci, region->bar, &machine);

    if (error) {
        return error;
    }
    machine += region->offset;
    *length = region->length;
    if (*length > PAGES_MAX * PAGE_BYTES - machine % PAGE_BYTES) {
        *length = PAGES_MAX * PAGE_BYTES - machine % PAGE_BYTES;
    }
    pages = (machine % PAGE_BYTES + *length + PAGE_BYTES - 1) / PAGE_BYTES;
    for (uint32_t i = 0; i < pages; i++) {
        mfns[i] = (uint32_t)(machine / PAGE_BYTES) + i;
    }
    area = area_alloc(pages);
    if (!area) {
        return -XEN_ENOMEM;
    }
    error = area_map(area, DOMID_SELF, mfns, pages, PTE_DATA | PTE_NO_CACHE);
    if (error) {
        area_free(area, pages);
        return error;
    }
    device->parts[part] = area + machine % PAGE_BYTES;
    return 0;
}

static void let_others_run(void *context)
{
    sched_op_yield();
}

int device_open(struct device *device, const struct pv_glue *glue, uint16_t id)
{
    struct virtio_regions regions;
    uint32_t common_length;
    int error = pv_pci_front_start(&device->pci, glue, "device/pci/0", let_others_run, NULL);

    if (error) {
        return error;
    }
    if (read_space(&device->pci, 0) != ((uint32_t)id << 16 | VIRTIO_VENDOR) ||
        !virtio_find_regions(read_space, &device->pci, &regions)) {
        return -XEN_ENODEV;
    }
    device->registers = (struct virtio_registers){.context = device,
                                                  .read = read_register,
                                                  .write = write_register,
                                                  .notify_multiplier = regions.notify_multiplier};
    error = map_part(device, VIRTIO_COMMON, &regions.common, &common_length);
    error =
        error ? error : map_part(device, VIRTIO_NOTIFY, &regions.notify, &device->registers.notify_length);
    if (!error && regions.device.length) {
        error = map_part(device, VIRTIO_DEVICE, &regions.device, &device->registers.device_length);
    }
    return error;
}

int device_interrupt(struct device *device, pv_handler *handler, void *argument)
{
    evtchn_bind_pirq_t bind = {0};
    int error = pv_pci_front_messages(&device->pci, 1, &bind.pirq);

    error = error ? error : event_channel_op_bind_pirq(&bind);
    if (!error) {
        pv_guest_attach(bind.port, handler, argument);
    }
    return error;
}
