// SPDX-License-Identifier: MIT
#include "domain/runstate.h"

#include "core/domain.h"

struct runstate runstate_at(const struct runstate *r, uint64_t now)
{
    struct runstate result = *r;

    if (now > r->since)
        result.time[r->state] += now - r->since;
    return result;
}

void runstate_enter(struct runstate *r, uint32_t state, uint64_t now)
{
    if (state == r->state)
        return;
    if (now > r->since)
        r->time[r->state] += now - r->since;
    r->state = state;
    r->since = now;
}

/* Blocked wins over offline, as on the reference. */
uint32_t runstate_of_waiting(uint32_t blocked)
{
    if (blocked & VCPU_BLOCKED)
        return RUNSTATE_blocked;
    return blocked & ~(uint32_t)VCPU_CAPPED ? RUNSTATE_offline : RUNSTATE_runnable;
}
