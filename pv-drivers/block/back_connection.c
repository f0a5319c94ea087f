/* SPDX-License-Identifier: MIT */
/* What a connection needs: the ring, the channel, and memory for work. */
#include <pv/string.h>

#include "back.h"

static uint32_t pages_for(size_t bytes)
{
    return (uint32_t)((bytes + PV_PAGE - 1) / PV_PAGE);
}

#define WORK_PAGES pages_for(PV_BLOCK_WORKING * sizeof(struct pv_block_work))
#define KEPT_PAGES pages_for(BLOCK_KEPT_PLACES * sizeof(struct pv_block_kept))

static int read_ring(struct pv_block_back *back, grant_ref_t references[PV_BLOCK_RING_PAGES])
{
    uint64_t order = 0;
    uint64_t reference;
    char name[] = "ring-ref00";
    int error = pv_xenbus_read_number(&back->bus, true, "ring-page-order", PV_BLOCK_RING_ORDER, &order);

    if (error && error != -XEN_ENOENT) {
        return error;
    }
    back->ring_pages = 1u << order;
    if (!order && pv_xenbus_read_number(&back->bus, true, "ring-ref", UINT32_MAX, &reference) == 0) {
        references[0] = (grant_ref_t)reference;
        return 0;
    }
    error = 0;
    for (uint32_t i = 0; i < back->ring_pages && !error; i++) {
        char *digit = name + strlen("ring-ref");

        if (i >= 10) {
            *digit++ = '1';
        }
        digit[0] = (char)('0' + i % 10);
        digit[1] = 0;
        error = pv_xenbus_read_number(&back->bus, true, name, UINT32_MAX, &reference);
        references[i] = (grant_ref_t)reference;
    }
    return error;
}

static int map_ring(struct pv_block_back *back)
{
    const struct pv_glue *glue = back->glue;
    grant_ref_t references[PV_BLOCK_RING_PAGES];
    int error = pv_xenbus_protocol(&back->bus, &back->protocol);

    if (!error) {
        error = read_ring(back, references);
    }
    if (error) {
        return error;
    }
    back->ring_memory = glue->map(glue->context, back->bus.other, references, back->ring_pages, false);
    if (!back->ring_memory) {
        return -XEN_EFAULT;
    }
    /* A ring that an earlier instance of us has answered in is missing what that one was at: the frontend has to make another. */
    return pv_ring_back_init(&back->ring, back->ring_memory, back->ring_pages * PV_PAGE,
                             block_entry_bytes(back->protocol))
               ? 0
               : -XEN_EAGAIN;
}

static int take_memory(struct pv_block_back *back)
{
    const struct pv_glue *glue = back->glue;

    back->keeps = pv_xenbus_number_or(&back->bus, true, "feature-persistent", 1, 0);
    back->work = glue->pages_alloc(glue->context, WORK_PAGES);
    back->kept = back->keeps ? glue->pages_alloc(glue->context, KEPT_PAGES) : NULL;
    if (!back->work || (back->keeps && !back->kept)) {
        return -XEN_ENOMEM;
    }
    back->free_work = NULL;
    for (uint32_t i = 0; i < PV_BLOCK_WORKING; i++) {
        struct pv_block_work *work = &back->work[i];

        work->back = back;
        work->next = back->free_work;
        back->free_work = work;
    }
    return 0;
}

static void on_channel(void *argument)
{
    block_back_serve(argument);
}

static int bind(struct pv_block_back *back)
{
    const struct pv_glue *glue = back->glue;
    uint64_t port;
    int error = pv_xenbus_read_number(&back->bus, true, "event-channel", UINT32_MAX, &port);

    if (!error) {
        back->port = glue->channel_bind(glue->context, back->bus.other, (uint32_t)port, on_channel, back);
    }
    return error ? error : back->port < 0 ? back->port : 0;
}

int block_back_connect(struct pv_block_back *back)
{
    int error = map_ring(back);

    if (!error) {
        error = take_memory(back);
    }
    if (!error) {
        error = bind(back);
    }
    if (error) {
        block_back_disconnect(back);
        return error;
    }
    back->connected = true;
    return 0;
}

/* Not while the disk works on the frontend's memory. */
bool block_back_disconnect(struct pv_block_back *back)
{
    const struct pv_glue *glue = back->glue;

    back->connected = false;
    if (back->port >= 0) {
        glue->channel_close(glue->context, (uint32_t)back->port);
        back->port = -1;
    }
    if (back->held) {
        block_grants_unmap(back, back->held);
        back->held = NULL;
        back->working--;
    }
    if (back->working || back->serving) {
        return false;
    }
    block_grants_drop(back);
    if (back->ring_memory) {
        glue->unmap(glue->context, back->ring_memory, back->ring_pages);
        back->ring_memory = NULL;
    }
    if (back->work) {
        glue->pages_free(glue->context, back->work, WORK_PAGES);
        back->work = NULL;
        back->free_work = NULL;
    }
    if (back->kept) {
        glue->pages_free(glue->context, back->kept, KEPT_PAGES);
        back->kept = NULL;
    }
    return true;
}
