// SPDX-License-Identifier: MIT
#include "traps/general_protection.h"

#include "traps/call_gate.h"
#include "traps/emulate.h"
#include "traps/inject.h"
#include "traps/software_interrupt.h"

/* Bits of a #GP's error code, Intel SDM volume 3, figure 6-7. */
#define ERROR_EXTERNAL 1u
#define ERROR_IDT 2u

void general_protection(struct vcpu *v, struct cpu_regs *regs)
{
    if (regs->error_code == 0) {
        if (emulate_privileged(v, regs))
            return;
    } else if ((regs->error_code & (ERROR_IDT | ERROR_EXTERNAL)) == ERROR_IDT) {
        if (software_interrupt(v, regs))
            return;
    } else if (!(regs->error_code & ERROR_EXTERNAL) && call_gate(v, regs)) {
        return;
    }
    inject_exception(EXC_GP, regs->error_code);
}
