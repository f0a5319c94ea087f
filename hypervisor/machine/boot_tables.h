// SPDX-License-Identifier: MIT
/* The L4 the machine starts on. Its slots 256 to 271 are copied into every vCPU's. */
#ifndef RINGLET_MACHINE_BOOT_TABLES_H
#define RINGLET_MACHINE_BOOT_TABLES_H

#include "core/types.h"

extern uint64_t boot_l4[ENTRIES_PER_TABLE];

#endif
