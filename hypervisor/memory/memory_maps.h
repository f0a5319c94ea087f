// SPDX-License-Identifier: MIT
/*
 * The commands of memory_op that tell about memory: maps of the machine and of the guest, the machine-to-physical
 * table. Each takes the address of its structure and returns the call's result.
 */
#ifndef RINGLET_MEMORY_MEMORY_MAPS_H
#define RINGLET_MEMORY_MEMORY_MAPS_H

#include "core/domain.h"
#include "core/types.h"

long memory_map(struct domain *caller, gva_t at);
long set_memory_map(struct domain *caller, gva_t at);
long machine_memory_map(struct domain *caller, gva_t at);
long machphys_mfn_list(struct domain *caller, gva_t at);
long machphys_mapping(struct domain *caller, gva_t at);
long reserved_device_memory_map(struct domain *caller, gva_t at);

#endif
