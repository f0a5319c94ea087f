// SPDX-License-Identifier: MIT
/* From a guest linear address to the L1 entry that translates it, by the vCPU's own tables. */
#ifndef RINGLET_MEMORY_GUEST_WALK_H
#define RINGLET_MEMORY_GUEST_WALK_H

#include "core/domain.h"

/* Where an L1 entry is. The tables may change at any time, so the frame is held before the entry is written. */
struct l1_place {
    mfn_t table;
    uint64_t *slot; /* in the direct map */
};

/* False when no table of the guest's covers the address: nothing there, or the hypervisor's part. */
bool guest_walk(const struct vcpu *v, uint64_t address, struct l1_place *place);

/* Whether ring 3 may read, or write, the byte there. */
bool guest_user_may(const struct vcpu *v, uint64_t address, bool write);

/* The L1 entry itself; 0 where guest_walk() finds none. */
uint64_t guest_l1_entry(const struct vcpu *v, uint64_t address);

#endif
