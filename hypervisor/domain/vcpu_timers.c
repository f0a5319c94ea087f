// SPDX-License-Identifier: MIT
#include "domain/vcpu_timers.h"

#include "domain/hypercalls.h"
#include "domain/time.h"
#include "domain/timers.h"
#include "machine/clock.h"
#include "machine/percpu.h"

long hypercall_set_timer_op(uint64_t timeout)
{
    struct timer *t = &current_vcpu()->time->singleshot;

    if (timeout == 0)
        timer_stop(t);
    else
        timer_set(t, timer_op_due(timeout, clock_now()));
    return 0;
}

long hypercall32_set_timer_op(uint64_t timeout_low, uint64_t timeout_high)
{
    return hypercall_set_timer_op((uint32_t)timeout_low | timeout_high << 32);
}
