/* SPDX-License-Identifier: MIT */
/* The disk's driver domain: a virtio disk below, a block backend above for each frontend that the toolstack names. */
#include <guestkit/console.h>
#include <guestkit/start.h>
#include <pv/backends.h>
#include <pv/block_back.h>
#include <pv/virtio_blk.h>

#include "device/device.h"
#include "device/start.h"
#include "share.h"

_Static_assert(SHARES_MAX >= PV_BACKENDS, "each backend has its share of the disk");

static struct device device;
static struct virtio_blk blk;
static struct shared_disk shared;
static struct pv_backends backends;
static struct client {
    struct share *share; /* NULL: free */
    struct pv_block_back back;
} clients[PV_BACKENDS];
static bool ending; /* a client that is to go is not done yet */

static void *make(void *context, const char *path)
{
    struct client *client = clients;

    while (client < clients + PV_BACKENDS && client->share) {
        client++;
    }
    if (client == clients + PV_BACKENDS) {
        return NULL;
    }
    client->share = share_take(&shared);
    if (pv_block_back_start(&client->back, context, &client->share->disk, path, false)) {
        share_give_back(client->share);
        client->share = NULL;
        return NULL;
    }
    console_printf("serves %s\n", path);
    return client;
}

static bool end(void *context, void *backend)
{
    struct client *client = backend;

    if (!pv_block_back_stop(&client->back)) {
        ending = true;
        return false;
    }
    share_give_back(client->share);
    client->share = NULL;
    return true;
}

static const struct pv_backends_maker maker = {.make = make, .end = end};

static void interrupt(void *argument)
{
    virtio_blk_interrupt(&blk);
    if (blk.failed) {
        driver_fail("the disk went wrong", -XEN_EIO);
    }
}

static void after(void)
{
    if (ending) {
        ending = false;
        pv_backends_look(&backends);
    }
}

void guest_main(start_info_t *info)
{
    const struct pv_glue *glue = driver_start(info);
    int error = device_open(&device, glue, VIRTIO_PCI_BLK);

    if (error) {
        driver_fail("there is no virtio disk", error);
    }
    error = device_interrupt(&device, interrupt, NULL);
    if (error) {
        driver_fail("the disk's interrupt", error);
    }
    error = virtio_blk_start(&blk, glue, &device.registers);
    if (error) {
        driver_fail("the disk does not start", error);
    }
    console_printf("a disk of %llu sectors\n", (unsigned long long)blk.disk.sectors);
    shared_disk_init(&shared, &blk.disk);
    error = pv_backends_start(&backends, glue, "backend/vbd", &maker, (void *)(uintptr_t)glue);
    if (error) {
        driver_fail("the store", error);
    }
    driver_run(after);
}
