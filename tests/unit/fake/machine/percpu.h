// SPDX-License-Identifier: MIT
/* The fake machine has one processor. */
#ifndef RINGLET_FAKE_PERCPU_H
#define RINGLET_FAKE_PERCPU_H

#include "core/cpu.h"

extern struct cpu fake_cpu;
extern struct cpu_regs fake_regs;

static inline struct cpu *this_cpu(void)
{
    return &fake_cpu;
}

static inline struct vcpu *current_vcpu(void)
{
    return fake_cpu.current;
}

static inline struct cpu_regs *guest_regs(void)
{
    return &fake_regs;
}

#endif
