/* SPDX-License-Identifier: MIT */
#include <abi/io_blkif.h>

#include "back.h"

/* What the disk is: written before and after the frontend comes, since a disk may grow. */
static int write_disk(struct pv_block_back *back)
{
    struct pv_xenbus *bus = &back->bus;
    int error = pv_xenbus_write_number(bus, "sectors", back->disk->sectors);

    error = error ? error : pv_xenbus_write_number(bus, "sector-size", back->disk->sector_bytes);
    error = error ? error : pv_xenbus_write_number(bus, "physical-sector-size", back->disk->physical_bytes);
    return error ? error : pv_xenbus_write_number(bus, "info", back->read_only ? VDISK_READONLY : 0);
}

static int announce(void *device)
{
    struct pv_block_back *back = device;
    const struct {
        const char *name;
        uint64_t value;
    } features[] = {
        {"feature-flush-cache", back->disk->can_flush},
        {"feature-barrier", 0},
        {"feature-discard", back->disk->can_discard && !back->read_only},
        {"discard-granularity", back->disk->sector_bytes},
        {"discard-alignment", 0},
        {"feature-persistent", 1},
        {"feature-max-indirect-segments", PV_BLOCK_SEGMENTS},
        {"max-ring-page-order", PV_BLOCK_RING_ORDER},
    };
    char mode[4];
    int error = 0;

    if (pv_xenbus_read(&back->bus, false, "mode", mode, sizeof(mode)) > 0 && mode[0] == 'r') {
        back->read_only = true;
    }
    for (uint32_t i = 0; i < sizeof(features) / sizeof(features[0]) && !error; i++) {
        error = pv_xenbus_write_number(&back->bus, features[i].name, features[i].value);
    }
    return error ? error : write_disk(back);
}

static int connect(void *device)
{
    int error = block_back_connect(device);

    if (!error) {
        error = write_disk(device);
        block_back_serve(device); /* some frontends do not wait */
    }
    return error;
}

static bool disconnect(void *device)
{
    return block_back_disconnect(device);
}

static const struct pv_xenbus_driver driver = {.announce = announce,
                                               .connect = connect,
                                               .disconnect = disconnect};

static void room(void *user)
{
    block_back_serve(user);
}

static void resized(void *user)
{
    struct pv_block_back *back = user;

    (void)write_disk(back);
    if (back->connected) {
        pv_xenbus_tell(&back->bus);
    }
}

int pv_block_back_start(struct pv_block_back *back, const struct pv_glue *glue, struct pv_disk *disk,
                        const char *path, bool read_only)
{
    *back = (struct pv_block_back){.glue = glue,
                                   .disk = disk,
                                   .read_only = read_only || disk->read_only,
                                   .port = -1};
    disk->room = room;
    disk->resized = resized;
    disk->user = back;
    return pv_xenbus_start(&back->bus, glue, true, path, &driver, back);
}

bool pv_block_back_stop(struct pv_block_back *back)
{
    return pv_xenbus_stop(&back->bus);
}
