/* SPDX-License-Identifier: MIT */
/*
 * Virtual processors: starting and stopping them, their timers and the areas they register. Reference:
 * vcpu.h.
 */
#ifndef ABI_VCPU_H
#define ABI_VCPU_H

#include "types.h"
#include "xen.h"

#define VCPUOP_initialise 0
#define VCPUOP_up 1
#define VCPUOP_down 2
#define VCPUOP_is_up 3
#define VCPUOP_get_runstate_info 4
#define VCPUOP_register_runstate_memory_area 5
#define VCPUOP_set_periodic_timer 6
#define VCPUOP_stop_periodic_timer 7
#define VCPUOP_set_singleshot_timer 8
#define VCPUOP_stop_singleshot_timer 9
#define VCPUOP_register_vcpu_info 10
#define VCPUOP_send_nmi 11
#define VCPUOP_get_physid 12
#define VCPUOP_register_vcpu_time_memory_area 13

/*
 * @vcpu_op
 *   ENOENT  there is no such vCPU
 *   EFAULT  arg cannot be reached
 *   ENOSYS  there is no such command
 */
/*
 * @vcpu_op.initialise
 *   before  the vCPU has no state yet
 *   effect  gives it one; it does not run before VCPUOP_up
 *   EEXIST  it has its state already
 *   EINVAL  the state has selectors, control registers, tables or a root that the guest may not have
 *   EFAULT  arg cannot be read
 */
/*
 * @vcpu_op.up
 *   effect  lets the vCPU run
 *   result  0, also when it runs
 *   EINVAL  it has no state yet
 */
/*
 * @vcpu_op.down
 *   effect  stops the vCPU; stopping the last one powers the domain off
 *   result  0
 */
/*
 * @vcpu_op.is_up
 *   result  1 when it runs, 0 when not
 */
/*
 * @vcpu_op.get_runstate_info
 *   effect  says in which state the vCPU is, since when, and how long it was in each
 *   result  0
 *   EFAULT  arg cannot be written
 */
/*
 * @vcpu_op.register_runstate_memory_area
 *   before  the area is mapped whenever the vCPU may run
 *   effect  keeps the area up to date whenever the vCPU is switched to
 *   result  0
 *   EFAULT  arg cannot be read, or the area would go past the end of the address space
 *   note    an address in the hypervisor's part may be accepted; nothing is written there
 */
/*
 * @vcpu_op.set_periodic_timer
 *   effect  sends VIRQ_TIMER every period_ns
 *   result  0
 *   EFAULT  arg cannot be read
 *   EINVAL  period_ns is below 1000000 or too large
 */
/*
 * @vcpu_op.stop_periodic_timer
 *   effect  stops it
 *   result  0
 */
/*
 * @vcpu_op.set_singleshot_timer
 *   before  vcpuid is the calling vCPU
 *   effect  as set_timer_op
 *   result  0
 *   EFAULT  arg cannot be read
 *   EINVAL  vcpuid is another vCPU
 *   ETIME   the time has passed and flags has VCPU_SSHOTTMR_future; a hypervisor may ignore that flag
 */
/*
 * @vcpu_op.stop_singleshot_timer
 *   before  vcpuid is the calling vCPU
 *   effect  stops it
 *   result  0
 *   EINVAL  vcpuid is another vCPU
 */
/*
 * @vcpu_op.register_vcpu_info
 *   before  vcpu_info of this vCPU is where it was at first
 *   effect  moves it to a place in a frame of the guest, which stays writable from now on; its contents move
 *           along, and every port is set pending
 *   result  0
 *   EFAULT  arg cannot be read
 *   EINVAL  it was moved already, or the frame is not the domain's or cannot be writable
 *   ENXIO   it would cross the frame's end, or is not aligned
 */
/*
 * @vcpu_op.send_nmi
 *   effect  sends a non-maskable interrupt to the vCPU
 *   result  0
 */
/*
 * @vcpu_op.get_physid
 *   who     a domain whose vCPUs are pinned
 *   effect  says on which processor
 *   EFAULT  arg cannot be written
 *   EINVAL  the vCPU is not pinned
 */
/*
 * @vcpu_op.register_vcpu_time_memory_area
 *   before  the area is mapped whenever the vCPU may run; user mode may be able to read it
 *   effect  keeps a second vcpu_time_info up to date there
 *   result  0
 *   EFAULT  arg cannot be read, or the area would go past the end of the address space
 *   note    an address in the hypervisor's part may be accepted; nothing is written there
 */

#define RUNSTATE_running 0
#define RUNSTATE_runnable 1
#define RUNSTATE_blocked 2
#define RUNSTATE_offline 3

/* Set in state_entry_time while a registered area is written, if the guest asked for it (vm_assist). */
#define XEN_RUNSTATE_UPDATE (1ULL << 63)

#define _VCPU_SSHOTTMR_future 0
#define VCPU_SSHOTTMR_future (1 << _VCPU_SSHOTTMR_future)

#ifndef __ASSEMBLER__

/* Times in ns. time[RUNSTATE_x]: total spent in x before the current stay. */
struct vcpu_runstate_info_32 {
    int32_t state; /* RUNSTATE_ */
    abi_u64_32 state_entry_time;
    abi_u64_32 time[4];
};
ABI_SIZE(struct vcpu_runstate_info_32, 44);
ABI_OFFSET(struct vcpu_runstate_info_32, state_entry_time, 4);

struct vcpu_runstate_info_64 {
    int32_t state;
    abi_u64_64 state_entry_time;
    abi_u64_64 time[4];
};
ABI_SIZE(struct vcpu_runstate_info_64, 48);
ABI_OFFSET(struct vcpu_runstate_info_64, state_entry_time, 8);

/* h, v and p are one linear address; p has the size of the structure for both widths. */
struct vcpu_register_runstate_memory_area_32 {
    union {
        uint32_t h;
        uint32_t v;
        abi_u64_32 p;
    } addr;
};
ABI_SIZE(struct vcpu_register_runstate_memory_area_32, 8);

struct vcpu_register_runstate_memory_area_64 {
    union {
        abi_u64_64 h;
        abi_u64_64 v;
        abi_u64_64 p;
    } addr;
};
ABI_SIZE(struct vcpu_register_runstate_memory_area_64, 8);

typedef struct vcpu_set_periodic_timer {
    uint64_t period_ns;
} vcpu_set_periodic_timer_t;
ABI_SIZE(struct vcpu_set_periodic_timer, 8);

struct vcpu_set_singleshot_timer_32 {
    abi_u64_32 timeout_abs_ns; /* system time */
    uint32_t flags;            /* VCPU_SSHOTTMR_ */
};
ABI_SIZE(struct vcpu_set_singleshot_timer_32, 12);

struct vcpu_set_singleshot_timer_64 {
    abi_u64_64 timeout_abs_ns;
    uint32_t flags;
};
ABI_SIZE(struct vcpu_set_singleshot_timer_64, 16);

typedef struct vcpu_register_vcpu_info {
    uint64_t mfn;
    uint32_t offset; /* in the page */
    uint32_t rsvd;   /* 0 */
} vcpu_register_vcpu_info_t;
ABI_SIZE(struct vcpu_register_vcpu_info, 16);

typedef struct vcpu_get_physid {
    uint64_t phys_id; /* out: APIC id below, ACPI id in the upper half */
} vcpu_get_physid_t;
ABI_SIZE(struct vcpu_get_physid, 8);
#define xen_vcpu_physid_to_x86_apicid(physid) ((uint32_t)(physid))
#define xen_vcpu_physid_to_x86_acpiid(physid) ((uint32_t)((physid) >> 32))

struct vcpu_register_time_memory_area_32 {
    union {
        uint32_t h;
        uint32_t v;
        abi_u64_32 p;
    } addr;
};
ABI_SIZE(struct vcpu_register_time_memory_area_32, 8);

struct vcpu_register_time_memory_area_64 {
    union {
        abi_u64_64 h;
        abi_u64_64 v;
        abi_u64_64 p;
    } addr;
};
ABI_SIZE(struct vcpu_register_time_memory_area_64, 8);

#endif /* __ASSEMBLER__ */

#endif
