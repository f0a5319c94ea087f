// SPDX-License-Identifier: MIT
/* Reaching any frame of RAM. The host's fake of this header backs frames with ordinary memory. */
#ifndef RINGLET_MACHINE_DIRECT_MAP_H
#define RINGLET_MACHINE_DIRECT_MAP_H

#include "core/types.h"
#include "machine/layout.h"

/* The hypervisor's mapping of a RAM frame. The caller has checked that the frame exists. */
static inline void *frame_map(mfn_t frame)
{
    return (void *)(DIRECT_MAP_BASE + (frame.raw << PAGE_SHIFT));
}

static inline void *physical_map(uint64_t address)
{
    return (void *)(DIRECT_MAP_BASE + address);
}

/* The frame behind an address frame_map() gave. */
static inline mfn_t frame_unmap(const void *address)
{
    return mfn(((uint64_t)address - DIRECT_MAP_BASE) >> PAGE_SHIFT);
}

#endif
