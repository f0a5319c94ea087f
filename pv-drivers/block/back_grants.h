/* SPDX-License-Identifier: MIT */
/* A request's memory, as the backend sees it. */
#ifndef BLOCK_BACK_GRANTS_H
#define BLOCK_BACK_GRANTS_H

#include "request.h"

/* A request at work. */
struct pv_block_work {
    struct pv_block_work *next; /* while free */
    struct pv_block_back *back;
    void *mapped; /* for this request alone */
    uint32_t mapped_count;
    struct pv_disk_request disk;
    struct block_request request;
    struct pv_disk_segment segments[PV_BLOCK_SEGMENTS];
};

/* A page that stays mapped. An empty place has no address. */
struct pv_block_kept {
    grant_ref_t reference;
    void *address;
};
#define BLOCK_KEPT_PLACES (2 * PV_BLOCK_KEPT)

/* Fetch the segments of an indirect request from the page they are in. False when it cannot be read. */
bool block_grants_fetch(struct pv_block_back *back, struct block_request *request);
/* Make the segments' memory ours for as long as the request lasts. False when something cannot be mapped. */
bool block_grants_map(struct pv_block_back *back, struct pv_block_work *work);
void block_grants_unmap(struct pv_block_back *back, struct pv_block_work *work);
/* Let go of all pages that stay mapped. */
void block_grants_drop(struct pv_block_back *back);

#endif
