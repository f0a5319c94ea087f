/* SPDX-License-Identifier: MIT */
/*
 * A ring of requests and responses, laid out as <abi/ring.h> says, for entries of any size: a backend serves both guest
 * widths with one code. Each end keeps its own indices here and believes of the page only the other's, after
 * looking whether they can be. Entries are copied before anybody looks at them.
 */
#ifndef PV_RING_H
#define PV_RING_H

#include <stdbool.h>
#include <stdint.h>

struct pv_ring {
    uint8_t *page;
    uint32_t entries; /* a power of two */
    uint32_t entry_bytes;
    uint32_t taken; /* requests (backend) or responses (frontend) taken so far */
    uint32_t made;  /* requests (frontend) or responses (backend) put, perhaps not yet published */
    uint32_t told;  /* of those, published */
};

/* Entries of a ring in so many bytes. */
uint32_t pv_ring_entries(uint32_t bytes, uint32_t entry_bytes);

/* The frontend makes an empty ring in zeroed or used memory. */
void pv_ring_front_init(struct pv_ring *ring, void *page, uint32_t bytes, uint32_t entry_bytes);
/* Room for more requests. */
uint32_t pv_ring_front_room(const struct pv_ring *ring);
void pv_ring_front_put(struct pv_ring *ring, const void *request, uint32_t bytes);
/* 1: a response was copied; 0: there is none; -1: the backend's index cannot be, use the ring no more. */
int pv_ring_front_take(struct pv_ring *ring, void *response, uint32_t bytes);

/* The backend takes up a ring that a frontend made. False when it was in use before. */
bool pv_ring_back_init(struct pv_ring *ring, void *page, uint32_t bytes, uint32_t entry_bytes);
/* 1: a request was copied; 0: there is none; -1: the frontend's index cannot be, use the ring no more. */
int pv_ring_back_take(struct pv_ring *ring, void *request, uint32_t bytes);
/* There is always room for one response to each request taken. */
void pv_ring_back_put(struct pv_ring *ring, const void *response, uint32_t bytes);

/* Publish what was put. True when the other end asked to be notified of it. */
bool pv_ring_front_publish(struct pv_ring *ring);
bool pv_ring_back_publish(struct pv_ring *ring);
/* Ask to be notified of the next entry. True when there is one already: take it first. */
bool pv_ring_front_sleep(struct pv_ring *ring);
bool pv_ring_back_sleep(struct pv_ring *ring);

#endif
