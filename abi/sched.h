/* SPDX-License-Identifier: MIT */
/*
 * Giving up the processor, waiting, and ending the domain. Reference: sched.h.
 */
#ifndef ABI_SCHED_H
#define ABI_SCHED_H

#include "event_channel.h"
#include "types.h"

#define SCHEDOP_yield 0
#define SCHEDOP_block 1
#define SCHEDOP_shutdown 2
#define SCHEDOP_poll 3
#define SCHEDOP_remote_shutdown 4
#define SCHEDOP_shutdown_code 5
#define SCHEDOP_watchdog 6
#define SCHEDOP_pin_override 7

/*
 * @sched_op
 *   EFAULT  arg cannot be read
 *   ENOSYS  there is no such command
 */
/*
 * @sched_op.yield
 *   effect  lets other vCPUs run first
 *   result  0
 */
/*
 * @sched_op.block
 *   effect  unmasks events and waits until one is pending; does not wait when one is
 *   result  0
 */
/*
 * @sched_op.poll
 *   before  timeout is system time in ns, 0 for ever
 *   effect  waits until one of the ports is pending, masked or not, or the time has come; events stay as they
 *           are
 *   result  0
 *   EFAULT  arg or the ports cannot be read
 *   EINVAL  nr_ports is above 128, or there is no such port
 */
/*
 * @sched_op.shutdown
 *   effect  ends the domain for the reason: poweroff and reboot of the initial domain power off and reboot
 *           the machine, crash prints the registers and the last refusals. Does not return, but for suspend,
 *           when the domain goes on
 *   result  0 after a suspend that took place, 1 after one that was cancelled
 *   EFAULT  arg cannot be read
 */
/*
 * @sched_op.shutdown_code
 *   effect  records the reason that a shutdown from outside will have
 *   result  0
 *   EFAULT  arg cannot be read
 */
/*
 * @sched_op.remote_shutdown
 *   effect  declares another domain shut down for the reason
 *   EFAULT  arg cannot be read
 *   ESRCH   there is no such domain
 *   EPERM   the caller has no power over it
 */
/*
 * @sched_op.watchdog
 *   before  a domain has two
 *   effect  id 0 starts one with timeout seconds (0: it expires at once); another id sets its time anew, or
 *           stops it when timeout is 0. One that expires shuts the domain down (SHUTDOWN_watchdog)
 *   result  the id of the one started, else 0
 *   EFAULT  arg cannot be read
 *   EINVAL  there is no such watchdog
 *   ENOSPC  both run
 */
/*
 * @sched_op.pin_override
 *   effect  keeps the calling vCPU on one processor until a negative pcpu
 *   EPERM   the caller is not privileged
 *   EINVAL  there is no such processor
 *   EBUSY   it is pinned so already
 */

#define SHUTDOWN_poweroff 0
#define SHUTDOWN_reboot 1
#define SHUTDOWN_suspend 2
#define SHUTDOWN_crash 3
#define SHUTDOWN_watchdog 4
#define SHUTDOWN_soft_reset 5
#define SHUTDOWN_MAX 5

#ifndef __ASSEMBLER__

typedef struct sched_shutdown {
    uint32_t reason; /* SHUTDOWN_ */
} sched_shutdown_t;
ABI_SIZE(struct sched_shutdown, 4);

/* timeout: system time in ns; 0 waits for ever. */
struct sched_poll_32 {
    uint32_t ports; /* pointer to evtchn_port_t */
    uint32_t nr_ports;
    abi_u64_32 timeout;
};
ABI_SIZE(struct sched_poll_32, 16);

struct sched_poll_64 {
    abi_u64_64 ports; /* pointer to evtchn_port_t */
    uint32_t nr_ports;
    abi_u64_64 timeout;
};
ABI_SIZE(struct sched_poll_64, 24);

typedef struct sched_remote_shutdown {
    domid_t domain_id;
    uint32_t reason; /* SHUTDOWN_ */
} sched_remote_shutdown_t;
ABI_SIZE(struct sched_remote_shutdown, 8);

typedef struct sched_watchdog {
    uint32_t id;      /* 0: allocate one, returned */
    uint32_t timeout; /* seconds; 0 stops it */
} sched_watchdog_t;
ABI_SIZE(struct sched_watchdog, 8);

typedef struct sched_pin_override {
    int32_t pcpu; /* negative: undo */
} sched_pin_override_t;
ABI_SIZE(struct sched_pin_override, 4);

#endif /* __ASSEMBLER__ */

#endif
