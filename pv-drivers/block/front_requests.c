/* SPDX-License-Identifier: MIT */
/* The number of a slot is the number of its request on the ring. */
#include "front.h"

static const uint8_t operations[] = {
    [PV_DISK_READ] = BLKIF_OP_READ,
    [PV_DISK_WRITE] = BLKIF_OP_WRITE,
    [PV_DISK_FLUSH] = BLKIF_OP_FLUSH_DISKCACHE,
    [PV_DISK_DISCARD] = BLKIF_OP_DISCARD,
};

/* A frontend speaks the layout of its own width. */
#ifdef __i386__
#define OURS PV_PROTOCOL_32
#else
#define OURS PV_PROTOCOL_64
#endif

static void finish(struct pv_block_slot *slot, int error)
{
    struct pv_disk_request *request = slot->request;

    slot->request = NULL;
    slot->sent = false;
    request->done(request, error);
}

static void send_slot(struct pv_block_front *front, uint32_t number)
{
    struct pv_block_slot *slot = &front->slots[number];
    struct block_request message;
    uint8_t entry[BLOCK_ENTRY_BYTES];
    int error;

    message.operation = operations[slot->request->operation];
    message.is_indirect = false;
    message.id = number;
    message.sector = slot->request->sector;
    message.discard_sectors = slot->request->sectors;
    error = block_front_grant(front, slot, &message);
    if (error) {
        finish(slot, error);
        return;
    }
    slot->sent = true;
    slot->operation = message.operation;
    block_request_encode(OURS, &message, entry);
    pv_ring_front_put(&front->ring, entry, front->ring.entry_bytes);
}

void block_front_send(struct pv_block_front *front)
{
    for (uint32_t i = 0; front->connected && i < PV_BLOCK_FRONT_REQUESTS && pv_ring_front_room(&front->ring);
         i++) {
        if (front->slots[i].request && !front->slots[i].sent) {
            send_slot(front, i);
        }
    }
    if (front->connected && pv_ring_front_publish(&front->ring)) {
        front->glue->notify(front->glue->context, (uint32_t)front->port);
    }
}

/* NULL, or what is wrong with the response. */
static const char *take_response(struct pv_block_front *front, const uint8_t *entry)
{
    struct pv_block_slot *slot;
    uint8_t operation;
    int16_t status;
    uint64_t id;

    block_response_decode(OURS, entry, &id, &operation, &status);
    if (id >= PV_BLOCK_FRONT_REQUESTS || !front->slots[id].request || !front->slots[id].sent) {
        return "the backend answered a request that was not made";
    }
    slot = &front->slots[id];
    if (operation != slot->operation) {
        return "the backend answered another operation";
    }
    if (!block_front_revoke(front, slot)) {
        return "the backend holds on to pages after its answer";
    }
    finish(slot, status == BLKIF_RSP_OKAY ? 0 : status == BLKIF_RSP_EOPNOTSUPP ? -XEN_EOPNOTSUPP : -XEN_EIO);
    return NULL;
}

void block_front_receive(struct pv_block_front *front)
{
    uint8_t entry[BLOCK_ENTRY_BYTES];
    const char *wrong = NULL;
    int found = 1;

    while (front->connected && !wrong && found >= 0) {
        found = pv_ring_front_take(&front->ring, entry, sizeof(struct blkif_response_64));
        if (found > 0) {
            wrong = take_response(front, entry);
        } else if (found < 0) {
            wrong = "the backend's response index cannot be";
        } else if (!pv_ring_front_sleep(&front->ring)) {
            break;
        }
    }
    if (wrong) {
        pv_xenbus_fail(&front->bus, wrong);
        return;
    }
    block_front_send(front);
    if (front->starved && front->disk.room) {
        front->starved = false;
        front->disk.room(front->disk.user);
    }
}

void block_front_fail_all(struct pv_block_front *front)
{
    for (uint32_t i = 0; i < PV_BLOCK_FRONT_REQUESTS; i++) {
        if (front->slots[i].request) {
            finish(&front->slots[i], -XEN_EIO);
        }
    }
}

int block_front_submit(struct pv_disk *disk, struct pv_disk_request *request)
{
    struct pv_block_front *front = disk->context;

    if (front->bus.reason || front->stopping) {
        return -XEN_EIO;
    }
    if (request->segment_count > disk->max_segments) {
        return -XEN_E2BIG;
    }
    for (uint32_t i = 0; i < PV_BLOCK_FRONT_REQUESTS; i++) {
        if (!front->slots[i].request) {
            front->slots[i].request = request;
            block_front_send(front);
            return 0;
        }
    }
    front->starved = true;
    return -XEN_EAGAIN;
}
