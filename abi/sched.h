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
