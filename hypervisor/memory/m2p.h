// SPDX-License-Identifier: MIT
/*
 * The machine-to-physical table: for each machine frame, the owner's own number for it. A domain writes the entries of
 * its own frames with MMU_MACHPHYS_UPDATE; every guest reads all of it, at 0xF5800000 in its root's slot 3.
 */
#ifndef RINGLET_MEMORY_M2P_H
#define RINGLET_MEMORY_M2P_H

#include "core/types.h"

#define M2P_NONE 0xffffffffu /* INVALID_M2P_ENTRY: no number, as of free frames and the hypervisor's */

/* Boot: bytes that m2p_init() wants for a machine of so many frames. */
uint64_t m2p_size(uint64_t frames);
/* `memory`: page-aligned, zeroed, in the direct map, m2p_size(frames) bytes. */
void m2p_init(void *memory, uint64_t frames);

void m2p_set(mfn_t m, uint64_t guest_frame);
uint32_t m2p_get(mfn_t m);

/* Writes the hypervisor's slots of the L2 table of a PAE guest's slot 3, or clears them. */
void m2p_map_32(uint64_t *l2);
void m2p_unmap_32(uint64_t *l2);
/* True when `l2` has exactly what m2p_map_32() writes: for the auditor. */
bool m2p_mapped_32(const uint64_t *l2);

/* Frames the 32-bit guest's view covers, for XENMEM_machphys_mapping and _mfn_list. */
uint64_t m2p_frames(void);
mfn_t m2p_frame(uint64_t index); /* of the table itself */

#endif
