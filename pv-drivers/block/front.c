/* SPDX-License-Identifier: MIT */
#include <pv/string.h>

#include <abi/io_protocols.h>

#include "front.h"

#ifdef __i386__
#define OUR_ENTRY sizeof(union blkif_32_sring_entry)
#else
#define OUR_ENTRY sizeof(union blkif_64_sring_entry)
#endif

static uint32_t pages_for(size_t bytes)
{
    return (uint32_t)((bytes + PV_PAGE - 1) / PV_PAGE);
}

#define SLOT_PAGES pages_for(PV_BLOCK_FRONT_REQUESTS * sizeof(struct pv_block_slot))
#define KEPT_PAGES pages_for(BLOCK_FRONT_PLACES * sizeof(struct pv_block_front_kept))

static void on_channel(void *argument)
{
    block_front_receive(argument);
}

static int grant_ring(struct pv_block_front *front)
{
    const struct pv_glue *glue = front->glue;

    for (; front->ring_granted < front->ring_pages; front->ring_granted++) {
        int reference = glue->grant(glue->context, front->bus.other,
                                    (uint8_t *)front->ring_memory + front->ring_granted * PV_PAGE, false);

        if (reference < 0) {
            return reference;
        }
        front->ring_references[front->ring_granted] = (grant_ref_t)reference;
    }
    return 0;
}

static int make_ring(struct pv_block_front *front)
{
    const struct pv_glue *glue = front->glue;
    uint64_t order = pv_xenbus_number_or(&front->bus, true, "max-ring-page-order", 31, 0);
    int error;

    front->ring_pages = 1u << (order < PV_BLOCK_FRONT_ORDER ? order : PV_BLOCK_FRONT_ORDER);
    front->ring_memory = glue->pages_alloc(glue->context, front->ring_pages);
    if (!front->ring_memory) {
        return -XEN_ENOMEM;
    }
    pv_ring_front_init(&front->ring, front->ring_memory, front->ring_pages * PV_PAGE, OUR_ENTRY);
    error = grant_ring(front);
    if (!error) {
        front->port = glue->channel_offer(glue->context, front->bus.other, on_channel, front);
        error = front->port < 0 ? front->port : 0;
    }
    return error;
}

static int write_ring(struct pv_block_front *front)
{
    struct pv_xenbus *bus = &front->bus;
    char name[] = "ring-ref0";
    int error = 0;

    if (front->ring_pages == 1) {
        error = pv_xenbus_write_number(bus, "ring-ref", front->ring_references[0]);
    } else {
        error = pv_xenbus_write_number(bus, "ring-page-order", PV_BLOCK_FRONT_ORDER);
    }
    for (uint32_t i = 0; i < front->ring_pages && front->ring_pages > 1 && !error; i++) {
        name[sizeof(name) - 2] = (char)('0' + i);
        error = pv_xenbus_write_number(bus, name, front->ring_references[i]);
    }
    error = error ? error : pv_xenbus_write_number(bus, "event-channel", (uint64_t)front->port);
    error = error ? error : pv_xenbus_write(bus, "protocol", XEN_IO_PROTO_ABI_NATIVE);
    return error ? error : pv_xenbus_write_number(bus, "feature-persistent", front->keeps);
}

static int offer(void *device)
{
    struct pv_block_front *front = device;
    int error = make_ring(front);

    front->keeps = front->keep && pv_xenbus_number_or(&front->bus, true, "feature-persistent", 1, 0);
    return error ? error : write_ring(front);
}

/* What the backend says the disk is. False when it cannot be. */
static bool read_disk(struct pv_block_front *front)
{
    struct pv_disk *disk = &front->disk;
    struct pv_xenbus *bus = &front->bus;
    uint64_t sector_bytes = pv_xenbus_number_or(bus, true, "sector-size", PV_PAGE, PV_SECTOR);
    uint64_t info = pv_xenbus_number_or(bus, true, "info", UINT32_MAX, 0);

    if (pv_xenbus_read_number(bus, true, "sectors", UINT64_MAX / PV_SECTOR, &disk->sectors) ||
        sector_bytes < PV_SECTOR || (sector_bytes & (sector_bytes - 1))) {
        return false;
    }
    front->indirect =
        (uint32_t)pv_xenbus_number_or(bus, true, "feature-max-indirect-segments", UINT32_MAX, 0);
    front->indirect = front->indirect < PV_BLOCK_SEGMENTS ? front->indirect : PV_BLOCK_SEGMENTS;
    disk->max_segments =
        front->indirect > BLKIF_MAX_SEGMENTS_PER_REQUEST ? front->indirect : BLKIF_MAX_SEGMENTS_PER_REQUEST;
    disk->sector_bytes = (uint32_t)sector_bytes;
    disk->physical_bytes =
        (uint32_t)pv_xenbus_number_or(bus, true, "physical-sector-size", UINT32_MAX, sector_bytes);
    disk->read_only = (info & VDISK_READONLY) != 0;
    disk->can_flush = pv_xenbus_number_or(bus, true, "feature-flush-cache", 1, 0);
    disk->can_discard = pv_xenbus_number_or(bus, true, "feature-discard", 1, 0);
    return true;
}

static int connect(void *device)
{
    struct pv_block_front *front = device;

    if (!read_disk(front)) {
        return -XEN_EINVAL;
    }
    front->connected = true;
    block_front_send(front);
    front->ready(front->disk.user);
    return 0;
}

static void changed(void *device)
{
    struct pv_block_front *front = device;
    uint64_t before = front->disk.sectors;

    if (read_disk(front) && front->disk.sectors != before && front->disk.resized) {
        front->disk.resized(front->disk.user);
    }
}

static bool take_back_all(struct pv_block_front *front)
{
    const struct pv_glue *glue = front->glue;
    bool all = block_front_revoke_kept(front);

    for (uint32_t i = 0; i < PV_BLOCK_FRONT_REQUESTS; i++) {
        all &= block_front_revoke(front, &front->slots[i]);
        front->slots[i].sent = false;
    }
    while (front->ring_granted &&
           glue->revoke(glue->context, front->ring_references[front->ring_granted - 1])) {
        front->ring_granted--;
    }
    return all && !front->ring_granted;
}

/*
 * Nothing is used again, and no request ends, before the backend has let go of all memory. Requests stay in their slots: they
 * are sent to the next backend, unless there shall be none.
 */
static bool disconnect(void *device)
{
    struct pv_block_front *front = device;
    const struct pv_glue *glue = front->glue;

    front->connected = false;
    if (front->port >= 0) {
        glue->channel_close(glue->context, (uint32_t)front->port);
        front->port = -1;
    }
    if (!take_back_all(front)) {
        return false;
    }
    if (front->ring_memory) {
        glue->pages_free(glue->context, front->ring_memory, front->ring_pages);
        front->ring_memory = NULL;
    }
    if (front->bus.reason || front->stopping) {
        block_front_fail_all(front);
    }
    return true;
}

static const struct pv_xenbus_driver driver = {.offer = offer,
                                               .connect = connect,
                                               .changed = changed,
                                               .disconnect = disconnect};

static void free_memory(struct pv_block_front *front)
{
    const struct pv_glue *glue = front->glue;

    for (uint32_t i = 0; front->slots && i < PV_BLOCK_FRONT_REQUESTS; i++) {
        if (front->slots[i].indirect) {
            glue->pages_free(glue->context, front->slots[i].indirect, 1);
        }
    }
    if (front->slots) {
        glue->pages_free(glue->context, front->slots, SLOT_PAGES);
    }
    if (front->kept) {
        glue->pages_free(glue->context, front->kept, KEPT_PAGES);
    }
    front->slots = NULL;
    front->kept = NULL;
}

int pv_block_front_start(struct pv_block_front *front, const struct pv_glue *glue, const char *path,
                         bool keep, void (*ready)(void *user), void *user)
{
    int error;

    *front = (struct pv_block_front){.glue = glue, .keep = keep, .ready = ready, .port = -1};
    front->disk.submit = block_front_submit;
    front->disk.context = front;
    front->disk.user = user;
    front->slots = glue->pages_alloc(glue->context, SLOT_PAGES);
    front->kept = keep ? glue->pages_alloc(glue->context, KEPT_PAGES) : NULL;
    if (!front->slots || (keep && !front->kept)) {
        free_memory(front);
        return -XEN_ENOMEM;
    }
    for (uint32_t i = 0; i < PV_BLOCK_FRONT_REQUESTS; i++) {
        front->slots[i].indirect_reference = -1;
    }
    error = pv_xenbus_start(&front->bus, glue, false, path, &driver, front);
    if (error) {
        free_memory(front);
    }
    return error;
}

bool pv_block_front_stop(struct pv_block_front *front)
{
    front->stopping = true;
    if (!pv_xenbus_stop(&front->bus)) {
        return false;
    }
    free_memory(front);
    return true;
}
