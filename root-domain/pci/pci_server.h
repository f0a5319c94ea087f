/* SPDX-License-Identifier: MIT */
/*
 * A driver domain's PCI devices: their registers are opened to it before it starts, and its configuration accesses are
 * served by the pciif protocol (abi/io_pciif.h) over a page that it lends.
 *
 *     frontend /local/domain/F/device/pci/0    backend /local/domain/0/backend/pci/F/0
 *     state    1 .. 3 (its page and port are there) .. 4
 *              backend: 3 from the start, 4 when it has the page; 6 when the frontend is closing
 */
#ifndef ROOT_PCI_PCI_SERVER_H
#define ROOT_PCI_PCI_SERVER_H

#include <abi/guest.h>
#include <abi/io_pciif.h>

#include "config/domain_config.h"
#include "domains/store_link.h"
#include "loop.h"
#include "pci/device_parts.h"

#define PCI_MESSAGES_MAX 16u

struct pci_device {
    struct config_pci where;
    struct pci_parts parts;
    unsigned message_count;
    int32_t pirqs[PCI_MESSAGES_MAX]; /* given out */
};

struct pci_server {
    domid_t domid;
    unsigned count;
    struct pci_device devices[CONFIG_DEVICES_MAX];
    bool connected;
    struct xen_pci_sharedinfo *page;
    grant_handle_t handle;
    uint32_t port;
    struct loop_source source;
    struct store_watch watch;
    char front_path[64], back_path[64], watch_path[80], token[24];
};

/* Opens the devices of a domain that does not run yet. 0, or a negative errno with `sentence` (of `size` bytes) filled. */
int pci_server_open(struct pci_server *server, domid_t domid, const struct config_pci *devices,
                    unsigned count, char *sentence, size_t size);
/* Stops the devices' access to memory, which is about to be somebody else's. */
void pci_server_close(struct pci_server *server);

#endif
