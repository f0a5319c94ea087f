// SPDX-License-Identifier: MIT
/* A set of numbers kept as ranges, ascending, neither overlapping nor touching: which ports, frames, interrupts. */
#ifndef RINGLET_CORE_RANGES_H
#define RINGLET_CORE_RANGES_H

#include "core/types.h"

#define RANGES_MAX 64u

struct range {
    uint64_t first, last;
};

struct ranges {
    uint32_t count;
    struct range range[RANGES_MAX];
};

/* first <= last. False, with nothing changed, when the set would have too many ranges. */
bool ranges_add(struct ranges *set, uint64_t first, uint64_t last);
bool ranges_remove(struct ranges *set, uint64_t first, uint64_t last);
/* All of [first, last] is in the set. */
bool ranges_hold(const struct ranges *set, uint64_t first, uint64_t last);

#endif
