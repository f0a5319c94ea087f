// SPDX-License-Identifier: MIT
/*
 * The per-CPU block. Each processor has one stack area, aligned to its size, with this block at its top:
 *
 *     area + 0x0000   #DB stack      (IST 1)
 *     area + 0x1000   NMI stack      (IST 2)
 *     area + 0x2000   #DF stack      (IST 3)
 *     area + 0x3000   #MC stack      (IST 4)
 *     area + 0x4000   main stack, 12 KiB, grows down from the block; the guest's registers are its first frame
 *     area + 0x7000   struct cpu
 *
 * So the block is found from the stack pointer alone, on any of the five stacks; %gs stays the guest's.
 */
#ifndef RINGLET_CORE_CPU_H
#define RINGLET_CORE_CPU_H

#include "core/domain.h"

#define CPU_AREA_SIZE 0x8000u
#define CPU_BLOCK_OFFSET 0x7000u
#define IST_STACK_SIZE 0x1000u

/* Reasons to leave the fast exit path; bits of cpu.pending. */
enum cpu_work {
    WORK_SCHEDULE = 1u << 0,    /* pick a vCPU again */
    WORK_TIMER = 1u << 1,       /* a timer fell due */
    WORK_FLUSH = 1u << 2,       /* remote TLB flush asked for */
    WORK_CONSOLE = 1u << 3,     /* serial input waits */
    WORK_NMI = 1u << 4,         /* an NMI is due for the current vCPU; it waits until that one runs */
    WORK_REAP = 1u << 5,        /* a destroyed domain may be held by nobody any more */
    WORK_MACHINE_NMI = 1u << 6, /* the machine raised an NMI */
    WORK_LOG = 1u << 7,         /* ring 0 said something: VIRQ_CON_RING. Never a reason to preempt */
};

/* Intel SDM volume 3, figure 8-11. */
struct tss {
    uint32_t reserved0;
    uint64_t rsp[3];
    uint64_t reserved1;
    uint64_t ist[7];
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base; /* beyond the limit: every port of ring 1 to 3 faults */
} __attribute__((packed));

struct cpu {
    struct vcpu *current;        /* never NULL once the first domain runs */
    const void *hypercall_table; /* of the current guest's width; the traced one while it is traced */
    struct vcpu_upcall *upcall;  /* current->info */
    volatile uint32_t pending;   /* enum cpu_work */
    uint32_t id;
    uint64_t guest_limit; /* guest addresses end below this: 0xF5800000 for 32-bit */
    uint64_t hypercalls;  /* counted on the hot path, folded into the domain's counters */
    uint32_t apic_id;
    uint32_t tlb_clock; /* value of the global clock at the last full flush of this processor */
    struct vcpu *fpu_owner;
    uint64_t tsc_mult_shift[2];
    struct tss tss __attribute__((aligned(16)));
};

_Static_assert(CPU_BLOCK_OFFSET % 16 == 0,
               "the guest's frame, five words below the block, ends between two pushes of 16");
_Static_assert(sizeof(struct cpu) <= CPU_AREA_SIZE - CPU_BLOCK_OFFSET, "the per-CPU block fits");
_Static_assert(sizeof(struct tss) == 104, "TSS of the manual");

#endif
