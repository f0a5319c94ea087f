/* SPDX-License-Identifier: MIT */
/*
 * A frontend with persistent grants uses the same pages again and again, so they are mapped once and found by reference
 * afterwards. All others are mapped for one request.
 */
#include <pv/string.h>

#include "back_grants.h"

static bool fetch_by_map(struct pv_block_back *back, struct block_request *request, uint32_t bytes)
{
    const struct pv_glue *glue = back->glue;
    void *page = glue->map(glue->context, back->bus.other, request->indirect, 1, true);

    if (!page) {
        return false;
    }
    memcpy(request->segments, page, bytes);
    glue->unmap(glue->context, page, 1);
    return true;
}

bool block_grants_fetch(struct pv_block_back *back, struct block_request *request)
{
    const struct pv_glue *glue = back->glue;
    uint32_t bytes = request->segment_count * (uint32_t)sizeof(request->segments[0]);
    uint8_t *to = (uint8_t *)request->segments;
    struct pv_copy copies[2];
    uint32_t count = 0;

    _Static_assert(sizeof(request->segments) <= PV_PAGE, "one page holds all segments");
    if (!glue->copy) {
        return fetch_by_map(back, request, bytes);
    }
    /* Our end may lie across two pages. */
    for (uint32_t done = 0; done < bytes; count++) {
        uint32_t room = PV_PAGE - (uint32_t)((uintptr_t)(to + done) % PV_PAGE);
        uint32_t length = bytes - done < room ? bytes - done : room;

        copies[count] = (struct pv_copy){.ours = to + done,
                                         .theirs = request->indirect[0],
                                         .offset = (uint16_t)done,
                                         .length = (uint16_t)length};
        done += length;
    }
    glue->copy(glue->context, back->bus.other, copies, count);
    for (uint32_t i = 0; i < count; i++) {
        if (copies[i].status != GNTST_okay) {
            return false;
        }
    }
    return true;
}

static struct pv_block_kept *find_place(struct pv_block_back *back, grant_ref_t reference)
{
    uint32_t place = (reference * 2654435761u) % BLOCK_KEPT_PLACES;

    while (back->kept[place].address && back->kept[place].reference != reference) {
        place = (place + 1) % BLOCK_KEPT_PLACES;
    }
    return &back->kept[place];
}

/* The page's address if it stays mapped, or can from now on. */
static void *find_kept(struct pv_block_back *back, grant_ref_t reference)
{
    const struct pv_glue *glue = back->glue;
    struct pv_block_kept *place;

    if (!back->keeps) {
        return NULL;
    }
    place = find_place(back, reference);
    if (!place->address && back->kept_count < PV_BLOCK_KEPT) {
        place->reference = reference;
        place->address = glue->map(glue->context, back->bus.other, &reference, 1, false);
        back->kept_count += place->address != NULL;
    }
    return place->address;
}

bool block_grants_map(struct pv_block_back *back, struct pv_block_work *work)
{
    const struct pv_glue *glue = back->glue;
    const struct block_request *request = &work->request;
    grant_ref_t references[PV_BLOCK_SEGMENTS];
    uint32_t count = 0;

    for (uint32_t i = 0; i < request->segment_count; i++) {
        const struct blkif_request_segment *segment = &request->segments[i];

        work->segments[i].length = (segment->last_sect - segment->first_sect + 1u) * PV_SECTOR;
        work->segments[i].address = find_kept(back, segment->gref);
        if (!work->segments[i].address) {
            references[count++] = segment->gref;
        }
    }
    work->mapped = NULL;
    work->mapped_count = count;
    if (count) {
        work->mapped = glue->map(glue->context, back->bus.other, references, count,
                                 request->operation == BLKIF_OP_WRITE);
        if (!work->mapped) {
            return false;
        }
    }
    for (uint32_t i = 0, next = 0; i < request->segment_count; i++) {
        if (!work->segments[i].address) {
            work->segments[i].address = (uint8_t *)work->mapped + PV_PAGE * next++;
        }
        work->segments[i].address =
            (uint8_t *)work->segments[i].address + request->segments[i].first_sect * PV_SECTOR;
    }
    return true;
}

void block_grants_unmap(struct pv_block_back *back, struct pv_block_work *work)
{
    if (work->mapped) {
        back->glue->unmap(back->glue->context, work->mapped, work->mapped_count);
        work->mapped = NULL;
    }
}

void block_grants_drop(struct pv_block_back *back)
{
    for (uint32_t i = 0; back->kept && i < BLOCK_KEPT_PLACES; i++) {
        if (back->kept[i].address) {
            back->glue->unmap(back->glue->context, back->kept[i].address, 1);
            back->kept[i].address = NULL;
        }
    }
    back->kept_count = 0;
}
