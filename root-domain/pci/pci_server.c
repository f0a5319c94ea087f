// SPDX-License-Identifier: MIT
#include "pci_server.h"

#include <abi/io_xenbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/areas.h>
#include <guestkit/events.h>
#include <guestkit/grants.h>
#include <guestkit/stubs.h>

#include "builder/control.h"
#include "pci/config_space.h"

#define REG_COMMAND 4u
#define COMMAND_MEMORY_MASTER 6u
#define COMMAND_MASTER 4u
#define COMMAND_NO_INTX 0x400u

static uint32_t read_device(const void *context, unsigned offset, unsigned size)
{
    return config_space_read(context, offset, size);
}

/* ---- the devices themselves */

/* Whether a device reads and writes memory by itself. */
static void set_command(const struct pci_device *device, uint32_t clear, uint32_t set)
{
    uint32_t command = config_space_read(&device->where, REG_COMMAND, 2);

    config_space_write(&device->where, REG_COMMAND, 2, (command & ~clear) | set);
}

static int open_device(struct pci_device *device, domid_t domid, char *sentence, size_t size)
{
    const struct config_pci *w = &device->where;
    physdev_pci_device_add_t add = {.seg = w->segment,
                                    .bus = w->bus,
                                    .devfn = (uint8_t)(w->slot << 3 | w->function)};
    int error;

    pci_parts_read(&device->parts, read_device, w);
    if (w->segment || !device->parts.present) {
        snprintf(sentence, size, "there is no PCI device %04x:%02x:%02x.%x", w->segment, w->bus, w->slot,
                 w->function);
        return -XEN_ENODEV;
    }
    set_command(device, COMMAND_NO_INTX, COMMAND_MEMORY_MASTER);
    error = physdev_op_pci_device_add(&add);
    for (unsigned i = 0; !error && i < device->parts.range_count; i++)
        error = control_iomem(domid, device->parts.ranges[i].first, device->parts.ranges[i].count, true);
    if (error)
        snprintf(sentence, size, "the hypervisor does not give it %02x:%02x.%x (error %d)", w->bus, w->slot,
                 w->function, error);
    return error;
}

static struct pci_device *find_device(struct pci_server *server, const struct xen_pci_op *op)
{
    for (unsigned i = 0; i < server->count; i++) {
        const struct config_pci *w = &server->devices[i].where;

        if (op->domain == w->segment && op->bus == w->bus &&
            op->devfn == ((unsigned)w->slot << 3 | w->function))
            return &server->devices[i];
    }
    return NULL;
}

/* ---- requests: each gets the device and a copy of the request, and answers in that */

static int do_read(struct pci_server *server, struct pci_device *device, struct xen_pci_op *op)
{
    if (!pci_access_valid(op->offset, op->size))
        return XEN_PCI_ERR_invalid_offset;
    op->value = config_space_read(&device->where, (unsigned)op->offset, (unsigned)op->size);
    return XEN_PCI_ERR_success;
}

static int do_write(struct pci_server *server, struct pci_device *device, struct xen_pci_op *op)
{
    unsigned offset = (unsigned)op->offset, size = (unsigned)op->size;
    uint32_t value = op->value;

    if (!pci_access_valid(op->offset, op->size))
        return XEN_PCI_ERR_invalid_offset;
    if (!pci_write_allowed(offset, size, config_space_read(&device->where, offset, size), &value))
        return XEN_PCI_ERR_access_denied;
    config_space_write(&device->where, offset, size, value);
    return XEN_PCI_ERR_success;
}

static void unmap_messages(struct pci_server *server, struct pci_device *device)
{
    while (device->message_count) {
        physdev_unmap_pirq_t unmap = {server->domid, device->pirqs[--device->message_count]};

        physdev_op_unmap_pirq(&unmap);
    }
}

static int map_message(struct pci_server *server, struct pci_device *device, uint16_t entry)
{
    const struct config_pci *w = &device->where;
    physdev_map_pirq_t map = {.domid = server->domid,
                              .type = MAP_PIRQ_TYPE_MSI_SEG,
                              .index = -1,
                              .pirq = -1,
                              .bus = w->bus,
                              .devfn = w->slot << 3 | w->function,
                              .entry_nr = entry,
                              .table_base = device->parts.table_base};
    int error = physdev_op_map_pirq((void *)&map);

    if (!error)
        device->pirqs[device->message_count++] = map.pirq;
    return error ? error : map.pirq;
}

static int enable_messages(struct pci_server *server, struct pci_device *device, struct xen_pci_op *op)
{
    if (op->value == 0 || op->value > PCI_MESSAGES_MAX || op->value > device->parts.messages)
        return XEN_PCI_ERR_op_failed;
    unmap_messages(server, device);
    for (uint32_t i = 0; i < op->value; i++) {
        int pirq = map_message(server, device, op->msix_entries[i].entry);

        if (pirq < 0) {
            unmap_messages(server, device);
            return XEN_PCI_ERR_op_failed;
        }
        op->msix_entries[i].vector = (uint16_t)pirq;
    }
    op->value = 0;
    return XEN_PCI_ERR_success;
}

static int disable_messages(struct pci_server *server, struct pci_device *device, struct xen_pci_op *op)
{
    unmap_messages(server, device);
    return XEN_PCI_ERR_success;
}

static int carry_out(struct pci_server *server, struct xen_pci_op *op)
{
    static int (*const requests[])(struct pci_server *, struct pci_device *, struct xen_pci_op *) = {
        [XEN_PCI_OP_conf_read] = do_read,
        [XEN_PCI_OP_conf_write] = do_write,
        [XEN_PCI_OP_enable_msix] = enable_messages,
        [XEN_PCI_OP_disable_msix] = disable_messages,
    };
    struct pci_device *device = find_device(server, op);

    if (!device)
        return XEN_PCI_ERR_dev_not_found;
    if (op->cmd >= sizeof(requests) / sizeof(requests[0]) || !requests[op->cmd])
        return XEN_PCI_ERR_not_implemented;
    return requests[op->cmd](server, device, op);
}

/* The request is copied once: what the frontend changes meanwhile does not count. */
static void serve(void *context)
{
    struct pci_server *server = context;
    static struct xen_pci_op op;

    if (!(__atomic_load_n(&server->page->flags, __ATOMIC_ACQUIRE) & XEN_PCIF_active))
        return;
    memcpy(&op, &server->page->op, sizeof(op));
    op.err = carry_out(server, &op);
    memcpy(&server->page->op, &op, sizeof(op));
    __atomic_fetch_and(&server->page->flags, ~(uint32_t)XEN_PCIF_active, __ATOMIC_SEQ_CST);
    event_send(server->port);
}

/* ---- the two ends' states */

static void write_node(const char *base, const char *name, unsigned value)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", base, name);
    store_write(path, "%u", value);
}

static long read_node(const char *base, const char *name)
{
    char path[128], value[16];

    snprintf(path, sizeof(path), "%s/%s", base, name);
    return xs_local_read(store_local(), 0, path, value, sizeof(value)) > 0 ? strtol(value, NULL, 10) : -1;
}

static void disconnect(struct pci_server *server)
{
    if (!server->connected)
        return;
    loop_remove(&server->source);
    event_close(server->port);
    grant_unmap(server->page, server->handle);
    area_free(server->page, 1);
    server->connected = false;
}

static void connect(struct pci_server *server)
{
    long ref = read_node(server->front_path, "pci-op-ref"),
         remote = read_node(server->front_path, "event-channel");
    void *page = ref >= 0 && remote > 0 ? area_alloc(1) : NULL;
    int port;

    if (!page || grant_map(server->domid, (grant_ref_t)ref, page, false, &server->handle))
        goto err_free;
    server->source = (struct loop_source){.run = serve, .context = server};
    port = event_connect(server->domid, (uint32_t)remote, loop_event, &server->source);
    if (port < 0)
        goto err_unmap;
    server->page = page;
    server->port = (uint32_t)port;
    server->connected = true;
    loop_add(&server->source);
    loop_ready(&server->source);
    write_node(server->back_path, "state", XenbusStateConnected);
    return;

err_unmap:
    grant_unmap(page, server->handle);
err_free:
    if (page)
        area_free(page, 1);
    write_node(server->back_path, "state", XenbusStateClosed);
}

static void frontend_moved(void *context, const char *path)
{
    struct pci_server *server = context;

    switch (read_node(server->front_path, "state")) {
    case XenbusStateInitialised:
        if (!server->connected)
            connect(server);
        break;
    case XenbusStateClosing:
    case XenbusStateClosed:
        if (server->connected) {
            disconnect(server);
            write_node(server->back_path, "state", XenbusStateClosed);
        }
        break;
    }
}

/* ---- the whole */

static void write_directory(const char *path, domid_t owner, domid_t reader)
{
    char permissions[32];

    snprintf(permissions, sizeof(permissions), "n%u r%u", owner, reader);
    xs_local_mkdir(store_local(), 0, path);
    xs_local_set_perms(store_local(), 0, path, permissions);
}

static void write_text(const char *base, const char *name, const char *text)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/%s", base, name);
    store_write(path, "%s", text);
}

static void write_nodes(struct pci_server *server)
{
    char name[16], text[16];

    write_directory(server->front_path, server->domid, 0);
    write_directory(server->back_path, 0, server->domid);
    write_text(server->front_path, "backend", server->back_path);
    write_node(server->front_path, "backend-id", 0);
    write_text(server->back_path, "frontend", server->front_path);
    write_node(server->back_path, "frontend-id", server->domid);
    write_node(server->back_path, "online", 1);
    write_node(server->back_path, "num_devs", server->count);
    for (unsigned i = 0; i < server->count; i++) {
        const struct config_pci *w = &server->devices[i].where;

        snprintf(name, sizeof(name), "vdev-%u", i);
        snprintf(text, sizeof(text), "%04x:%02x:%02x.%x", w->segment, w->bus, w->slot, w->function);
        write_text(server->back_path, name, text);
        snprintf(name, sizeof(name), "dev-%u", i);
        write_text(server->back_path, name, text);
    }
    write_node(server->back_path, "root_num", 1);
    write_text(server->back_path, "root-0", "0000:00");
    write_node(server->front_path, "state", XenbusStateInitialising);
    write_node(server->back_path, "state", XenbusStateInitialised);
}

int pci_server_open(struct pci_server *server, domid_t domid, const struct config_pci *devices,
                    unsigned count, char *sentence, size_t size)
{
    int error;

    *server = (struct pci_server){.domid = domid};
    if (!count)
        return 0;
    error = config_space_init();
    snprintf(sentence, size, "configuration space is out of reach (error %d)", error);
    for (unsigned i = 0; i < count && !error; i++) {
        server->devices[i].where = devices[i];
        server->count++;
        error = open_device(&server->devices[i], domid, sentence, size);
    }
    if (error)
        return error;
    snprintf(server->front_path, sizeof(server->front_path), "/local/domain/%u/device/pci/0", domid);
    snprintf(server->back_path, sizeof(server->back_path), "/local/domain/0/backend/pci/%u/0", domid);
    snprintf(server->watch_path, sizeof(server->watch_path), "%s/state", server->front_path);
    snprintf(server->token, sizeof(server->token), "pci-%u", domid);
    write_nodes(server);
    server->watch = (struct store_watch){.path = server->watch_path,
                                         .token = server->token,
                                         .told = frontend_moved,
                                         .context = server};
    return store_watch_open(&server->watch);
}

void pci_server_close(struct pci_server *server)
{
    char path[64];

    if (!server->count)
        return;
    for (unsigned i = 0; i < server->count; i++)
        if (server->devices[i].parts.present)
            set_command(&server->devices[i], COMMAND_MASTER, 0);
    disconnect(server);
    store_watch_close(&server->watch);
    snprintf(path, sizeof(path), "/local/domain/0/backend/pci/%u", server->domid);
    xs_local_rm(store_local(), 0, path);
    server->count = 0;
}
