// SPDX-License-Identifier: MIT
/*
 * The two objects everything turns on. A domain owns memory, event channels and grants; a vCPU is one virtual
 * processor of it. Handlers receive the vCPU that called; they reach the domain through it.
 *
 * A guest's width (32-bit PAE in ring 1; 64-bit later) is a property of its domain. Only the decoding layer
 * (hypercalls/decode_*.c), bounce frames and start of day look at it.
 */
#ifndef RINGLET_CORE_DOMAIN_H
#define RINGLET_CORE_DOMAIN_H

#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/guest_width.h"
#include "core/lock.h"
#include "core/regs.h"
#include "core/types.h"

struct vcpu_run;         /* domain/run_queue.h */
struct domain_watchdogs; /* domain/watchdog.h */
struct event_state;      /* events/event_channels.h */
struct grant_table;      /* grants/grant_table.h */
struct refusal_log;      /* hypercalls/refusal_log.h */
struct trap_entry;       /* traps/trap_table.h */
struct fpu_area;         /* machine/fpu.h */
struct io_permissions;   /* core/io_permissions.h */
struct e820_entry;       /* abi/memory.h */

/* A code address of the guest that ring 0 may jump to. */
struct guest_entry {
    uint64_t ip;
    uint16_t cs;      /* sanitized: RPL at least the guest kernel's ring */
    bool mask_events; /* upcalls are masked on entry */
};

enum vcpu_block {
    VCPU_BLOCKED = 1u << 0, /* sched_op block or poll: an event wakes it */
    VCPU_DOWN = 1u << 1,    /* not brought up yet, or VCPUOP_down */
    VCPU_PAUSED = 1u << 2,  /* by the toolstack: domain.pause_count */
    VCPU_POLLING = 1u << 3, /* with VCPU_BLOCKED: waits for the ports of sched_op poll */
    VCPU_SHUT = 1u << 4,    /* the domain shut down */
    VCPU_CAPPED = 1u << 5,  /* used up its cap for this period */
};

#define GDT_GUEST_FRAMES 14u /* FIRST_RESERVED_GDT_PAGE: selectors 0 to 0xdfff belong to the guest */
#define LDT_MAX_FRAMES 16u   /* 8192 descriptors of 8 bytes */

struct vcpu {
    struct domain *domain;
    uint32_t id;
    uint32_t blocked; /* enum vcpu_block; runnable when 0 */

    /* Saved while the vCPU is not on a processor; while it runs they live at the top of that CPU's stack. */
    struct cpu_regs regs;
    uint16_t ds, es, fs, gs;

    /* Upcalls. `info` is the hypervisor's own mapping of the guest's vcpu_info (both widths begin alike). */
    struct vcpu_upcall *info;
    mfn_t info_frame; /* held writable while registered with VCPUOP_register_vcpu_info, else MFN_NONE */
    uint8_t nmi_pending;
    uint8_t nmi_masked;
    uint8_t trap_depth;   /* returns to the guest that failed since it last ran */
    uint8_t in_multicall; /* hypercall_continue() then rewrites the entry, not the registers */

    /* Where the guest kernel is entered. */
    uint64_t kernel_sp;
    uint16_t kernel_ss;
    struct guest_entry event_callback, failsafe_callback, nmi_callback, sysenter_callback, syscall32_callback;
    uint32_t callbacks_registered; /* bit CALLBACKTYPE_x */
    struct trap_entry *traps;      /* 256, one a vector */

    /* Memory. */
    mfn_t l4; /* the hypervisor's: slot 0 holds the guest's L3, slots 256 up are shared */
    mfn_t
        guest_table; /* the guest's root (an L3 for a 32-bit guest), type-referenced; MFN_NONE before start */
    uint32_t dying_tables;  /* tables whose release was put off: memory/page_types.c */
    pte_t *descriptor_ptes; /* the L1 that maps this vCPU's GDT (16 entries) and LDT (16 entries) */
    mfn_t gdt_frames[GDT_GUEST_FRAMES];
    uint16_t gdt_entries;
    uint16_t ldt_entries;
    gva_t ldt_base;

    /* Processor state the guest thinks it owns. */
    uint64_t cr0; /* as the guest reads it; only TS is also the real one's */
    uint64_t cr2; /* kept in vcpu_info's arch part for the guest; this is the copy for CR2 reads */
    uint64_t cr4; /* as the guest reads it */
    uint64_t debug[8];
    uint64_t fs_base, gs_base_kernel, gs_base_user;
    struct fpu_area *fpu;
    uint8_t iopl;    /* 0 to 3, PHYSDEVOP_set_iopl or the architectural assist */
    gva_t io_bitmap; /* PHYSDEVOP_set_iobitmap; 0 for none */
    uint32_t io_bitmap_ports;

    struct vcpu_time *time; /* domain/time.h: timers, runstate, published time */
    struct vcpu_run *run;   /* domain/run_queue.h: weight, slice, place in the queue */

    uint32_t multicall_nr; /* the hypercall a multicall is in, for refusals and continuations */
    uint8_t multicall_arg_count;
    uint64_t multicall_args[6];
};

/* The first two bytes of vcpu_info, alike in both widths. A guest clears and sets them without a hypercall. */
struct vcpu_upcall {
    volatile uint8_t pending;
    volatile uint8_t mask;
};

struct domain {
    uint16_t id;
    enum guest_width width;
    uint8_t handle[16]; /* UUID, all zero for the initial domain */
    bool privileged;    /* may control other domains and the machine: the initial domain */
    bool dying;         /* is being destroyed: gets no more memory, channels or pins */
    bool relinquished; /* gave up all it held; goes when nobody else holds anything of it: domain/destroy.c */
    bool debugged;     /* XEN_DOMCTL_setdebugging */
    uint32_t pause_count; /* by the toolstack; its vCPUs have VCPU_PAUSED while it is not 0 */
    struct lock lock;     /* shutdown state, pauses, watchdogs, vCPU set-up: core/lock.h has the order */
    bool shut_down;
    bool shutdown_code_set; /* SCHEDOP_shutdown_code came first: that code counts */
    uint8_t shutdown_code;
    struct domain_watchdogs *watchdogs;

    /* Memory. `pages` counts frames owned, `max_pages` bounds it. */
    uint32_t pages, max_pages;
    uint32_t xen_pages; /* hypervisor frames shared with it (shared_info, grant frames) */
    uint32_t vm_assist; /* bits 1u << VMASST_TYPE_x */
    mfn_t shared_info_frame;
    void *shared_info; /* hypervisor's mapping; struct shared_info_32 or _64 by width */
    uint64_t p2m_max_pfn;
    uint64_t relinquish_next;      /* frame at which memory_relinquish() goes on */
    struct e820_entry *memory_map; /* XENMEM_set_memory_map; NULL: none was set */
    uint32_t memory_map_entries;

    struct event_state *events;
    struct grant_table *grants;
    struct io_permissions *io;
    struct refusal_log *refusals;
    struct ringlet_counters counters; /* abi/ringlet.h says what each counts; statistics, so no lock */
    uint32_t trace_mask;              /* RINGLET_TRACE_x; changed by trace_set() alone */

    uint64_t wall_clock_offset; /* ns, XEN_DOMCTL_settimeofday */
    bool tsc_disabled;          /* RDTSC traps: CR4.TSD */

    uint16_t weight, cap; /* of its vCPUs: domain/scheduler.h */
    uint32_t max_vcpus;   /* at most ARRAY_SIZE(vcpus) */
    uint32_t vcpu_count;
    struct vcpu *vcpus[32]; /* by vCPU number; NULL where none was created */
    struct domain *next;    /* all domains, domain/domain_list.c */
};

struct domain *domain_find(uint16_t id);
/* Inconsistent guest state: prints the report (registers, stack, last refusals) and stops that domain alone. */
void domain_crash(struct domain *d, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
