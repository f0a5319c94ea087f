// SPDX-License-Identifier: MIT
/* This processor's block, found from the stack pointer (core/cpu.h has the picture). */
#ifndef RINGLET_MACHINE_PERCPU_H
#define RINGLET_MACHINE_PERCPU_H

#include "core/cpu.h"

static inline struct cpu *this_cpu(void)
{
    uint64_t sp;
    __asm__("mov %%rsp, %0" : "=r"(sp));
    return (struct cpu *)((sp & ~(uint64_t)(CPU_AREA_SIZE - 1)) + CPU_BLOCK_OFFSET);
}

static inline struct vcpu *current_vcpu(void)
{
    return this_cpu()->current;
}

/* The current guest's registers: the first frame of the main stack. */
static inline struct cpu_regs *guest_regs(void)
{
    return (struct cpu_regs *)this_cpu() - 1;
}

#endif
