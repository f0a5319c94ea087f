// SPDX-License-Identifier: MIT
#include "traps/instruction_done.h"

#include "traps/debug_registers.h"
#include "traps/inject.h"

void instruction_done(struct vcpu *v, struct cpu_regs *regs, uint32_t ip)
{
    regs->rip = ip;
    regs->rflags &= ~(uint64_t)RFLAGS_RF;
    if (unlikely(regs->rflags & RFLAGS_TF)) {
        v->debug[6] |= DR6_SINGLE_STEP;
        inject_exception(EXC_DB, 0);
    }
}
