// SPDX-License-Identifier: MIT
#include "grants/maptrack.h"

#include "machine/direct_map.h"
#include "memory/frame_alloc.h"

_Static_assert(MAPTRACK_MAX_PAGES * sizeof(struct grant_mapping *) <= PAGE_SIZE << 1,
               "the pointers fit two frames");
#define POINTERS_ORDER 1

void maptrack_init(struct maptrack *m)
{
    m->pages = NULL;
    m->page_count = 0;
    m->max_pages = MAPTRACK_MAX_PAGES;
    m->first_free = MAPTRACK_NONE;
}

void maptrack_free(struct maptrack *m)
{
    while (m->page_count)
        frame_free(frame_unmap(m->pages[--m->page_count]), 0);
    if (m->pages)
        frame_free(frame_unmap(m->pages), POINTERS_ORDER);
    maptrack_init(m);
}

struct grant_mapping *maptrack_at(const struct maptrack *m, grant_handle_t handle)
{
    return &m->pages[handle / MAPTRACK_PER_PAGE][handle % MAPTRACK_PER_PAGE];
}

struct grant_mapping *maptrack_find(const struct maptrack *m, grant_handle_t handle)
{
    struct grant_mapping *mapping;

    if (handle >= m->page_count * MAPTRACK_PER_PAGE)
        return NULL;
    mapping = maptrack_at(m, handle);
    return mapping->kinds & (GNTMAP_host_map | GNTMAP_device_map) ? mapping : NULL;
}

static void *frames_for(unsigned order)
{
    mfn_t first = frame_alloc(order, 0);

    return mfn_equal(first, MFN_NONE) ? NULL : frame_map(first);
}

static bool grow(struct maptrack *m)
{
    uint32_t first = m->page_count * (uint32_t)MAPTRACK_PER_PAGE;
    struct grant_mapping *page;

    if (m->page_count >= m->max_pages || (!m->pages && !(m->pages = frames_for(POINTERS_ORDER))))
        return false;
    page = frames_for(0);
    if (!page)
        return false;
    for (uint32_t i = 0; i < MAPTRACK_PER_PAGE; i++)
        page[i] = (struct grant_mapping){.ref = first + i + 1};
    page[MAPTRACK_PER_PAGE - 1].ref = m->first_free;
    m->pages[m->page_count++] = page;
    m->first_free = first;
    return true;
}

grant_handle_t maptrack_take(struct maptrack *m)
{
    grant_handle_t handle;

    if (unlikely(m->first_free == MAPTRACK_NONE) && !grow(m))
        return MAPTRACK_NONE;
    handle = m->first_free;
    m->first_free = maptrack_at(m, handle)->ref;
    return handle;
}

void maptrack_give(struct maptrack *m, grant_handle_t handle)
{
    *maptrack_at(m, handle) = (struct grant_mapping){.ref = m->first_free};
    m->first_free = handle;
}
