/* SPDX-License-Identifier: MIT */
/*
 * From ring to disk and back. A request is copied out of the ring into a work item and checked there; responses go into the ring in
 * the order in which the disk finishes.
 */
#include "back.h"

static void publish(struct pv_block_back *back)
{
    if (pv_ring_back_publish(&back->ring)) {
        back->glue->notify(back->glue->context, (uint32_t)back->port);
    }
}

/* Answer, and make the work item free. After a disconnect there is no ring any more. */
static void finish(struct pv_block_back *back, struct pv_block_work *work, int16_t status)
{
    uint8_t entry[BLOCK_ENTRY_BYTES];
    uint32_t bytes;

    block_grants_unmap(back, work);
    if (back->connected) {
        bytes =
            block_response_encode(back->protocol, work->request.id, work->request.operation, status, entry);
        pv_ring_back_put(&back->ring, entry, bytes);
    }
    back->counts.errors += status != BLKIF_RSP_OKAY;
    back->working--;
    work->next = back->free_work;
    back->free_work = work;
}

static void done(struct pv_disk_request *request, int error)
{
    struct pv_block_work *work = request->owner;
    struct pv_block_back *back = work->back;

    finish(back, work, error ? BLKIF_RSP_ERROR : BLKIF_RSP_OKAY);
    if (back->serving) {
        return; /* it takes care of the rest */
    }
    if (back->connected) {
        publish(back);
        block_back_serve(back);
    } else if (!back->working) {
        pv_xenbus_step(&back->bus);
    }
}

static void submit(struct pv_block_back *back, struct pv_block_work *work)
{
    int error = back->disk->submit(back->disk, &work->disk);

    if (error == -XEN_EAGAIN) {
        back->held = work;
    } else if (error) {
        finish(back, work, BLKIF_RSP_ERROR);
    }
}

static void start_transfer(struct pv_block_back *back, struct pv_block_work *work)
{
    struct block_request *request = &work->request;
    bool writes = request->operation == BLKIF_OP_WRITE;

    if (request->is_indirect && !block_grants_fetch(back, request)) {
        finish(back, work, BLKIF_RSP_ERROR);
        return;
    }
    if ((writes && back->read_only) || !block_request_fits(request, back->disk, &work->disk.sectors) ||
        !block_grants_map(back, work)) {
        finish(back, work, BLKIF_RSP_ERROR);
        return;
    }
    work->disk.operation = writes ? PV_DISK_WRITE : PV_DISK_READ;
    work->disk.segment_count = request->segment_count;
    *(writes ? &back->counts.writes : &back->counts.reads) += 1;
    *(writes ? &back->counts.written_sectors : &back->counts.read_sectors) += work->disk.sectors;
    submit(back, work);
}

static void start_flush(struct pv_block_back *back, struct pv_block_work *work)
{
    if (!back->disk->can_flush) {
        finish(back, work, BLKIF_RSP_EOPNOTSUPP);
        return;
    }
    work->disk.operation = PV_DISK_FLUSH;
    work->disk.sector = 0; /* whatever the frontend put there */
    work->disk.sectors = 0;
    work->disk.segment_count = 0;
    back->counts.flushes++;
    submit(back, work);
}

static void start_discard(struct pv_block_back *back, struct pv_block_work *work)
{
    if (!back->disk->can_discard) {
        finish(back, work, BLKIF_RSP_EOPNOTSUPP);
    } else if (back->read_only || !block_request_fits(&work->request, back->disk, &work->disk.sectors)) {
        finish(back, work, BLKIF_RSP_ERROR);
    } else {
        work->disk.operation = PV_DISK_DISCARD;
        work->disk.segment_count = 0;
        back->counts.discards++;
        submit(back, work);
    }
}

static void start(struct pv_block_back *back, const void *entry)
{
    struct pv_block_work *work = back->free_work;
    bool sensible = block_request_decode(back->protocol, entry, &work->request);

    back->free_work = work->next;
    back->working++;
    work->mapped = NULL;
    work->disk.sector = work->request.sector;
    work->disk.segments = work->segments;
    work->disk.done = done;
    work->disk.owner = work;
    if (!sensible) {
        finish(back, work, BLKIF_RSP_ERROR);
        return;
    }
    switch (work->request.operation) {
    case BLKIF_OP_READ:
    case BLKIF_OP_WRITE: start_transfer(back, work); break;
    case BLKIF_OP_FLUSH_DISKCACHE: start_flush(back, work); break;
    case BLKIF_OP_DISCARD: start_discard(back, work); break;
    default: finish(back, work, BLKIF_RSP_EOPNOTSUPP);
    }
}

/* As many as the ring has and work items are free. -1: the ring is broken. */
static int start_all(struct pv_block_back *back)
{
    uint8_t entry[BLOCK_ENTRY_BYTES] = {0};
    int found = 1;

    while (back->connected && !back->held && back->free_work &&
           (found = pv_ring_back_take(&back->ring, entry, back->ring.entry_bytes)) > 0) {
        start(back, entry);
    }
    return found;
}

void block_back_serve(struct pv_block_back *back)
{
    int found;

    if (!back->connected || back->serving) {
        return;
    }
    back->serving = true;
    if (back->held) {
        struct pv_block_work *work = back->held;

        back->held = NULL;
        submit(back, work);
    }
    do {
        found = start_all(back);
    } while (!found && pv_ring_back_sleep(&back->ring));
    back->serving = false;
    publish(back);
    if (found < 0) {
        pv_xenbus_fail(&back->bus, "the frontend's request index cannot be");
    }
}
