// SPDX-License-Identifier: MIT
/* The fake machine's data selectors: any value loads, unless a test says which one does not. */
#ifndef RINGLET_FAKE_SEGMENT_REGISTERS_H
#define RINGLET_FAKE_SEGMENT_REGISTERS_H

#include "core/types.h"

struct fake_selectors {
    uint16_t ds, es, fs, gs;
    uint16_t bad; /* loading this one fails; 0: none does */
};

extern struct fake_selectors fake_selectors;

#define FAKE_SEGMENT_REGISTER(name)                                                                          \
    static inline uint16_t segment_read_##name(void)                                                         \
    {                                                                                                        \
        return fake_selectors.name;                                                                          \
    }                                                                                                        \
    static inline bool segment_load_##name(uint16_t selector)                                                \
    {                                                                                                        \
        bool good = !selector || selector != fake_selectors.bad;                                             \
        fake_selectors.name = good ? selector : 0;                                                           \
        return good;                                                                                         \
    }

FAKE_SEGMENT_REGISTER(ds)
FAKE_SEGMENT_REGISTER(es)
FAKE_SEGMENT_REGISTER(fs)
FAKE_SEGMENT_REGISTER(gs)

#endif
