/* SPDX-License-Identifier: MIT */
/* A driver domain's virtio device: registers, mapped here, and one message for all its interrupts. */
#ifndef DRIVER_DOMAINS_DEVICE_H
#define DRIVER_DOMAINS_DEVICE_H

#include <pv/pci_front.h>
#include <pv/virtio.h>

struct device {
    struct pv_pci_front pci;
    uint8_t *parts[3]; /* by enum virtio_part */
    struct virtio_registers registers;
};

/* Finds the device and maps its registers. `id`: what the virtio device must be (VIRTIO_PCI_). 0; -XEN_ENODEV: there is no such device; errors of the parts. */
int device_open(struct device *device, const struct pv_glue *glue, uint16_t id);
/* Has `handler` called from the main loop after message 0. 0 or a negative errno. */
int device_interrupt(struct device *device, pv_handler *handler, void *argument);

#endif
