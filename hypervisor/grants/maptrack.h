// SPDX-License-Identifier: MIT
/*
 * The mappings a domain made of grants, by handle. Records come in pages; free ones are chained. Handles are reused
 * last in, first out, so that a busy driver stays within few cache lines.
 */
#ifndef RINGLET_GRANTS_MAPTRACK_H
#define RINGLET_GRANTS_MAPTRACK_H

#include <abi/grant_table.h>

#include "core/types.h"

#define MAPTRACK_MAX_PAGES 1024u /* the reference's default */
#define MAPTRACK_PER_PAGE (PAGE_SIZE / sizeof(struct grant_mapping))
#define MAPTRACK_NONE 0xffffffffu

struct grant_mapping {
    uint32_t ref;   /* while free: the next free handle */
    uint16_t domid; /* who granted */
    uint16_t kinds; /* GNTMAP_host_map, GNTMAP_device_map, and other GNTMAP_ flags; neither of those: free */
};
_Static_assert(sizeof(struct grant_mapping) == 8, "a mapping's record is small: there may be many");

struct maptrack {
    struct grant_mapping **pages;   /* a frame of pointers; NULL until the first mapping */
    uint32_t page_count, max_pages; /* at most MAPTRACK_MAX_PAGES */
    uint32_t first_free;
};

void maptrack_init(struct maptrack *m);
void maptrack_free(struct maptrack *m);
/* A free handle, or MAPTRACK_NONE when the limit is reached or memory ends. Stays free until kinds is set. */
grant_handle_t maptrack_take(struct maptrack *m);
void maptrack_give(struct maptrack *m, grant_handle_t handle);
/* The record of a handle in use, else NULL. */
struct grant_mapping *maptrack_find(const struct maptrack *m, grant_handle_t handle);
/* The record of any handle below the limit. */
struct grant_mapping *maptrack_at(const struct maptrack *m, grant_handle_t handle);

#endif
