// SPDX-License-Identifier: MIT
/* From the loader's memory map to the direct map, the frame table and the free frames. */
#ifndef RINGLET_BOOT_MEMORY_MAP_H
#define RINGLET_BOOT_MEMORY_MAP_H

#include "core/types.h"

/* After boot_info_read(). Stops with a sentence when there is too little memory. */
void memory_map_init(void);
/* Hands a module's frames to the allocator once its content is used up. */
void memory_map_free(uint64_t start, uint64_t end);

#endif
