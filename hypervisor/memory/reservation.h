// SPDX-License-Identifier: MIT
/* A domain asks for frames and gives them back: the commands of memory_op that take a list of extents. */
#ifndef RINGLET_MEMORY_RESERVATION_H
#define RINGLET_MEMORY_RESERVATION_H

#include <abi/memory.h>

#include "core/domain.h"
#include "core/types.h"

/* A list of frame numbers in guest memory, in entries of the guest's width. */
struct frame_numbers {
    gva_t at;
    unsigned size; /* 4 or 8 */
};

/* 0 or -EFAULT, with the reason recorded. */
int frame_numbers_read(const struct frame_numbers *list, uint64_t index, uint64_t *number);
int frame_numbers_write(const struct frame_numbers *list, uint64_t index, uint64_t number);
/* True when entries [0, n) lie in guest memory. */
bool frame_numbers_ok(const struct frame_numbers *list, uint64_t n);

struct reservation {
    struct frame_numbers list;
    uint64_t extents;
    unsigned order; /* frames of an extent, a power of two */
    uint32_t flags; /* XENMEMF_ */
    domid_t domid;
};

/* Reads the structure in the guest's width. 0 or -EFAULT. */
int reservation_read(struct reservation *r, const struct domain *caller, gva_t from);

/* Largest extent a domain may ask for. */
unsigned reservation_max_order(const struct domain *caller);

/* How wide machine addresses may be for this request. 0: the request makes no sense, the reason is recorded. */
unsigned reservation_address_bits(const struct domain *d, uint32_t flags);

/*
 * Does `command` from extent `done` on and returns how many extents are done in all: fewer than asked for when one
 * could not be had (the reason is recorded), or when other work waits (*preempted).
 */
uint64_t reservation_increase(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted);
uint64_t reservation_decrease(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted);
uint64_t reservation_populate(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted);

#endif
