// SPDX-License-Identifier: MIT
/* RAM of the fake machine: one buffer, frame 0 first. */
#ifndef RINGLET_FAKE_DIRECT_MAP_H
#define RINGLET_FAKE_DIRECT_MAP_H

#include "core/types.h"
#include "machine/layout.h"

extern uint8_t *fake_ram;

static inline void *frame_map(mfn_t frame)
{
    return fake_ram + (frame.raw << PAGE_SHIFT);
}

static inline void *physical_map(uint64_t address)
{
    return fake_ram + address;
}

static inline mfn_t frame_unmap(const void *address)
{
    return mfn((uint64_t)((const uint8_t *)address - fake_ram) >> PAGE_SHIFT);
}

#endif
