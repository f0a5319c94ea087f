// SPDX-License-Identifier: MIT
/*
 * Writes of ring 0 to guest memory by frame. With copy_to_guest() (machine/user_copy.h), which writes by guest
 * address, these are all the ways there are: what live migration has to know of a write is put into
 * frame_written() once.
 */
#ifndef RINGLET_MEMORY_FRAME_WRITE_H
#define RINGLET_MEMORY_FRAME_WRITE_H

#include "core/string.h"
#include "memory/frame.h"

/* Called after each write; the caller holds a reference. The hook of dirty logging. */
static inline void frame_written(mfn_t m)
{
    (void)m;
}

/* Bytes [offset, offset + n) of one frame. The caller holds it writable, or for a table knows the entries valid. */
static inline void frame_write(mfn_t m, unsigned offset, const void *from, size_t n)
{
    memcpy((uint8_t *)frame_map(m) + offset, from, n);
    frame_written(m);
}

static inline void frame_clear(mfn_t m)
{
    memset(frame_map(m), 0, PAGE_SIZE);
    frame_written(m);
}

/* One page-table entry of frame m, if it still is `*seen`; else *seen is what it is now. */
static inline bool pte_exchange(mfn_t m, uint64_t *entry, uint64_t *seen, uint64_t next)
{
    bool done = __atomic_compare_exchange_n(entry, seen, next, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);

    if (likely(done))
        frame_written(m);
    return likely(done);
}

static inline void pte_write(mfn_t m, uint64_t *entry, uint64_t next)
{
    __atomic_store_n(entry, next, __ATOMIC_RELEASE);
    frame_written(m);
}

#endif
