/* SPDX-License-Identifier: MIT */
/*
 * A PCI frontend: a driver domain's way to its device's configuration space and messages, which the root domain keeps
 * (<abi/io_pciif.h>). One request at a time; a function returns when its answer is there.
 *
 * While it waits it calls wait(), which lets the other domain run and may deliver no events of this driver: a guest yields.
 * An end that does not answer for PV_PCI_PATIENCE ns is given up: -XEN_ETIMEDOUT then, and for each later request, since
 * its late answer could be taken for the next one's.
 */
#ifndef PV_PCI_FRONT_H
#define PV_PCI_FRONT_H

#include <pv/glue.h>

#define PV_PCI_PATIENCE 5000000000ull
#define PV_PCI_PATH 96
#define PV_PCI_MESSAGES 16u

struct xen_pci_sharedinfo;

struct pv_pci_front {
    const struct pv_glue *glue;
    void (*wait)(void *context);
    void *context; /* of wait() */
    char path[PV_PCI_PATH], other_path[PV_PCI_PATH];
    domid_t other;
    uint32_t segment, bus, devfn; /* of the first device the backend names; requests are for it */
    struct xen_pci_sharedinfo *page;
    int reference, port; /* -1: none */
    bool silent;         /* the other end did not answer once */
};

/*
 * Connect to the backend of `path` ("device/pci/0"). -XEN_ENODEV: there is no backend, or it names no device; -XEN_ENOMEM,
 * -XEN_ETIMEDOUT, errors of the glue. Nothing is held after an error.
 */
int pv_pci_front_start(struct pv_pci_front *front, const struct pv_glue *glue, const char *path,
                       void (*wait)(void *context), void *context);
/* Leave. False: the other end still has the page; ask again later. */
bool pv_pci_front_stop(struct pv_pci_front *front);

/* `size` (1, 2 or 4) bytes at `offset`. 0; -XEN_EINVAL: no such place; -XEN_EACCES: it may not be written; -XEN_ENODEV, -XEN_EIO. */
int pv_pci_front_read(struct pv_pci_front *front, uint32_t offset, uint32_t size, uint32_t *value);
int pv_pci_front_write(struct pv_pci_front *front, uint32_t offset, uint32_t size, uint32_t value);
/* Machine address of a memory BAR (0 to 5). -XEN_ENODEV when it is for ports, or not there. */
int pv_pci_front_bar(struct pv_pci_front *front, unsigned int bar, uint64_t *machine);
/* Messages 0 to `count` - 1 of the device become the pirqs, to be bound to channels. -XEN_EINVAL: more than PV_PCI_MESSAGES. */
int pv_pci_front_messages(struct pv_pci_front *front, uint32_t count, uint32_t *pirqs);
int pv_pci_front_no_messages(struct pv_pci_front *front);

#endif
