// SPDX-License-Identifier: MIT
#include "grants/grant_release.h"

#include "core/errno.h"
#include "core/hypercall.h"
#include "grants/grant_map.h"
#include "grants/grant_table.h"
#include "memory/frame.h"

#define HANDLES_BETWEEN_CHECKS 256u

int grants_release(struct domain *d)
{
    const uint32_t handles = d->grants->maptrack.page_count * (uint32_t)MAPTRACK_PER_PAGE;

    unsigned undone = 0;

    for (grant_handle_t h = 0; h < handles; h++)
        if (grant_mapping_forget(d, h) && ++undone % HANDLES_BETWEEN_CHECKS == 0 && preempt_wanted())
            return -ERESTART;
    return 0;
}

bool grants_are_held(const struct domain *d)
{
    const struct grant_table *t = d->grants;

    for (uint32_t i = 0; i < t->frames; i++)
        if (frame_of(frame_unmap(t->shared[i]))->refs > 1)
            return true;
    for (grant_ref_t ref = 0; ref < grant_count(t); ref++)
        if (grant_active(t, ref)->pins)
            return true;
    return false;
}
