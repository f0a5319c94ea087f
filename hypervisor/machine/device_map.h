// SPDX-License-Identifier: MIT
/* Device registers that ring 0 drives itself, uncached, in the shared device slot of the address space. */
#ifndef RINGLET_MACHINE_DEVICE_MAP_H
#define RINGLET_MACHINE_DEVICE_MAP_H

#include "core/types.h"

/*
 * Maps `bytes` of physical address space from `physical` on. For boot only; a mapping stays. NULL when the window is
 * full. After the vCPUs' address spaces are made they see it too: they share the slot.
 */
volatile void *device_map(uint64_t physical, uint64_t bytes);

#endif
