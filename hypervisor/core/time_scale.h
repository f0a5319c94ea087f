// SPDX-License-Identifier: MIT
/*
 * From ticks of a clock to nanoseconds and back, by the ABI's fixed-point rule (vcpu_time_info):
 *
 *     ns = ((ticks << shift) * multiplier) >> 32, with the full 96-bit product; a negative shift goes right.
 *
 * Guests compute the same from the published numbers, so they agree with ring 0 to the nanosecond.
 */
#ifndef RINGLET_CORE_TIME_SCALE_H
#define RINGLET_CORE_TIME_SCALE_H

#include <stdint.h>

#define NS_PER_SECOND 1000000000ull
#define NS_PER_MS 1000000ull
#define NS_PER_US 1000ull

struct time_scale {
    uint32_t multiplier;
    int8_t shift;
};

/* The scale of a clock of `hz` ticks a second (at least 1), with the most exact multiplier: 2^31 or more. */
static inline struct time_scale time_scale_of(uint64_t hz)
{
    struct time_scale s = {0, 0};

    while (hz > 2 * NS_PER_SECOND) {
        hz >>= 1;
        s.shift--;
    }
    while (hz <= NS_PER_SECOND) {
        hz <<= 1;
        s.shift++;
    }
    s.multiplier = (uint32_t)((NS_PER_SECOND << 32) / hz);
    return s;
}

static inline uint64_t time_scale_ns(struct time_scale s, uint64_t ticks)
{
    ticks = s.shift < 0 ? ticks >> -s.shift : ticks << s.shift;
    return (uint64_t)((unsigned __int128)ticks * s.multiplier >> 32);
}

/* The scale from nanoseconds to ticks of the same clock. */
static inline struct time_scale time_scale_inverse(uint64_t hz)
{
    struct time_scale s = {0, 0};
    uint64_t ns = NS_PER_SECOND;

    while (hz > UINT32_MAX) { /* keeps the quotient below 2^64 */
        hz >>= 1;
        s.shift++;
    }
    while (ns > 2 * hz) {
        ns >>= 1;
        s.shift--;
    }
    while (ns <= hz) {
        ns <<= 1;
        s.shift++;
    }
    s.multiplier = (uint32_t)((hz << 32) / ns);
    return s;
}

#endif
