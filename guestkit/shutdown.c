/* SPDX-License-Identifier: MIT */
#include <guestkit/hypercall.h>
#include <guestkit/shutdown.h>

_Noreturn void shutdown(unsigned int reason)
{
    struct sched_shutdown argument = {.reason = reason};

    for (;;) {
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_shutdown, hypercall_address(&argument), 0, 0, 0);
        hypercall(__HYPERVISOR_sched_op, SCHEDOP_block, 0, 0, 0, 0);
    }
}
