/* SPDX-License-Identifier: MIT */
/* The frontend's parts. */
#ifndef BLOCK_FRONT_H
#define BLOCK_FRONT_H

#include <pv/block_front.h>

#include "request.h"

/* A request of a user. It stays here until it is answered, over as many connections as that takes. */
struct pv_block_slot {
    struct pv_disk_request *request; /* NULL: free */
    bool sent;
    uint8_t operation;      /* as sent */
    uint32_t granted;       /* references that are taken back when it is done */
    void *indirect;         /* a page for segments, made when first needed */
    int indirect_reference; /* -1: not lent */
    grant_ref_t references[PV_BLOCK_SEGMENTS];
};

struct pv_block_front_kept {
    void *page; /* NULL: an empty place */
    grant_ref_t reference;
};
#define BLOCK_FRONT_PLACES (2 * PV_BLOCK_FRONT_KEPT)

/* Lend a request's memory; fills in the message's segments. An errno: nothing is lent. */
int block_front_grant(struct pv_block_front *front, struct pv_block_slot *slot,
                      struct block_request *message);
/* Take it back. False when the backend holds on to it. */
bool block_front_revoke(struct pv_block_front *front, struct pv_block_slot *slot);
/* Take back what stays lent. False as above. */
bool block_front_revoke_kept(struct pv_block_front *front);

/* Send what waits, as far as there is room. */
void block_front_send(struct pv_block_front *front);
/* Take responses, finish requests, send others. */
void block_front_receive(struct pv_block_front *front);
/* Finish everything with an error. */
void block_front_fail_all(struct pv_block_front *front);
/* The disk's submit(). */
int block_front_submit(struct pv_disk *disk, struct pv_disk_request *request);

#endif
