// SPDX-License-Identifier: MIT
/*
 * Every exception the processor raises in the guest ends here: most go to the guest's handler as they are, a few
 * are first looked at by the file that knows them.
 */
#include "machine/percpu.h"
#include "traps/debug_registers.h"
#include "traps/general_protection.h"
#include "traps/inject.h"
#include "traps/invalid_opcode.h"
#include "traps/no_device.h"
#include "traps/page_fault.h"

typedef void exception_handler(struct vcpu *v, struct cpu_regs *regs);

static exception_handler *const handlers[32] = {
    [EXC_DB] = debug_exception,    [EXC_UD] = invalid_opcode, [EXC_NM] = no_device,
    [EXC_GP] = general_protection, [EXC_PF] = page_fault,
};

void guest_exception(struct cpu_regs *regs)
{
    exception_handler *handler = handlers[regs->vector & 31];

    if (handler)
        handler(current_vcpu(), regs);
    else
        inject_exception(regs->vector, regs->error_code);
}

/* A page fault is of a descriptor table: of the LDT, mapped now if it can be, so what is left is the guest's. */
void guest_return_failed(struct cpu_regs *regs)
{
    if (regs->vector == EXC_PF) {
        page_fault(current_vcpu(), regs);
        return;
    }
    inject_exception(regs->vector, regs->error_code);
}
