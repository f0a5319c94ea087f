/* SPDX-License-Identifier: MIT */
/*
 * Virtual processors: starting and stopping them, their timers and the areas they register. Reference: vcpu.h.
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
