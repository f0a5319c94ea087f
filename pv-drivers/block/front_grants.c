/* SPDX-License-Identifier: MIT */
#include <pv/string.h>

#include "front.h"

static void *page_of(const void *address)
{
    return (void *)((uintptr_t)address & ~(uintptr_t)(PV_PAGE - 1));
}

/* The reference of a page that stays lent: the one it has, or a new one. */
static int grant_kept(struct pv_block_front *front, void *page)
{
    uint32_t place = (uint32_t)((uintptr_t)page / PV_PAGE * 2654435761u) % BLOCK_FRONT_PLACES;
    int reference;

    for (uint32_t i = 0; front->kept[place].page; i++, place = (place + 1) % BLOCK_FRONT_PLACES) {
        if (front->kept[place].page == page) {
            return (int)front->kept[place].reference;
        }
        if (i == PV_BLOCK_FRONT_KEPT) {
            return -XEN_ENOSPC;
        }
    }
    reference = front->glue->grant(front->glue->context, front->bus.other, page, false);
    if (reference >= 0) {
        front->kept[place].page = page;
        front->kept[place].reference = (grant_ref_t)reference;
    }
    return reference;
}

static int grant_segments(struct pv_block_front *front, struct pv_block_slot *slot,
                          struct block_request *message)
{
    const struct pv_disk_request *request = slot->request;

    for (uint32_t i = 0; i < request->segment_count; i++) {
        void *page = page_of(request->segments[i].address);
        uint32_t first = (uint32_t)((uint8_t *)request->segments[i].address - (uint8_t *)page) / PV_SECTOR;
        int reference = front->keeps ? grant_kept(front, page)
                                     : front->glue->grant(front->glue->context, front->bus.other, page,
                                                          request->operation == PV_DISK_WRITE);

        if (reference < 0) {
            return reference;
        }
        if (!front->keeps) {
            slot->references[slot->granted++] = (grant_ref_t)reference;
        }
        message->segments[i] = (struct blkif_request_segment){
            .gref = (grant_ref_t)reference,
            .first_sect = (uint8_t)first,
            .last_sect = (uint8_t)(first + request->segments[i].length / PV_SECTOR - 1)};
    }
    return 0;
}

/* Many segments go into a page of their own. */
static int grant_indirect(struct pv_block_front *front, struct pv_block_slot *slot,
                          struct block_request *message)
{
    const struct pv_glue *glue = front->glue;

    if (!slot->indirect) {
        slot->indirect = glue->pages_alloc(glue->context, 1);
    }
    if (!slot->indirect) {
        return -XEN_ENOMEM;
    }
    memcpy(slot->indirect, message->segments, message->segment_count * sizeof(message->segments[0]));
    slot->indirect_reference = glue->grant(glue->context, front->bus.other, slot->indirect, true);
    if (slot->indirect_reference < 0) {
        return slot->indirect_reference;
    }
    memset(message->indirect, 0, sizeof(message->indirect));
    message->indirect[0] = (grant_ref_t)slot->indirect_reference;
    message->is_indirect = true;
    return 0;
}

int block_front_grant(struct pv_block_front *front, struct pv_block_slot *slot, struct block_request *message)
{
    int error;

    if (slot->request->segment_count > BLKIF_MAX_SEGMENTS_PER_REQUEST &&
        slot->request->segment_count > front->indirect) {
        return -XEN_E2BIG; /* this backend takes less than the last one did */
    }
    message->segment_count = (uint16_t)slot->request->segment_count;
    error = grant_segments(front, slot, message);
    if (!error && message->segment_count > BLKIF_MAX_SEGMENTS_PER_REQUEST) {
        error = grant_indirect(front, slot, message);
    }
    if (error) {
        (void)block_front_revoke(front, slot);
    }
    return error;
}

bool block_front_revoke(struct pv_block_front *front, struct pv_block_slot *slot)
{
    const struct pv_glue *glue = front->glue;
    while (slot->granted && glue->revoke(glue->context, slot->references[slot->granted - 1])) {
        slot->granted--;
    }
    if (slot->indirect_reference >= 0 && glue->revoke(glue->context, (grant_ref_t)slot->indirect_reference)) {
        slot->indirect_reference = -1;
    }
    return !slot->granted && slot->indirect_reference < 0;
}

bool block_front_revoke_kept(struct pv_block_front *front)
{
    bool all = true;

    for (uint32_t i = 0; front->kept && i < BLOCK_FRONT_PLACES; i++) {
        if (front->kept[i].page && front->glue->revoke(front->glue->context, front->kept[i].reference)) {
            front->kept[i].page = NULL;
        }
        all &= !front->kept[i].page;
    }
    return all;
}
