// SPDX-License-Identifier: MIT
/* Frames that are not RAM (rule T14): which there are, and who may map them. */
#ifndef RINGLET_MEMORY_IO_MEMORY_H
#define RINGLET_MEMORY_IO_MEMORY_H

#include "memory/frame.h"

/* Stands for DOMID_IO where a domain is named as the owner of frames. */
extern struct domain device_domain;

static inline bool frame_is_device(mfn_t m)
{
    return m.raw >= frame_table_frames || frame_of(m)->owner == OWNER_DEVICE;
}

/* Start: how wide machine addresses are. Beyond, there is nothing to map. */
void io_memory_init(unsigned address_bits);
/* Registers that ring 0 keeps for itself: no guest ever maps them. False when the list is full. */
bool io_memory_guard(mfn_t first, uint64_t frames);
/* Registers a guest may map but not write: MSI-X tables. */
bool io_memory_guard_writes(mfn_t first, uint64_t frames);

enum io_access { IO_NONE, IO_GUARDED, IO_READ_ONLY, IO_FULL };

/* The initial domain has the right to all frames [first, last], so that a toolstack in it may give it to others. */
bool io_memory_may_be_given(uint64_t first, uint64_t last);

/* What d may do with a frame that is not RAM: io_permissions.h, but for what is guarded. */
enum io_access domain_may_map_io(const struct domain *d, mfn_t m);

#endif
