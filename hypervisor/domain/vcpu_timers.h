// SPDX-License-Identifier: MIT
/* The one-shot timer of a vCPU, by either of its calls. */
#ifndef RINGLET_DOMAIN_VCPU_TIMERS_H
#define RINGLET_DOMAIN_VCPU_TIMERS_H

#include "core/time_scale.h"

/*
 * What set_timer_op makes of a time: 0 stops the timer; a negative one, or one more than 2^50 ns ahead, comes from a clock
 * that wrapped in the guest and is looked at again in 100 ms; all others are what they say. Pure.
 */
static inline uint64_t timer_op_due(uint64_t timeout, uint64_t now)
{
    if ((int64_t)timeout < 0 || (timeout > now && (timeout - now) >> 50))
        return now + 100 * NS_PER_MS;
    return timeout;
}

#endif
