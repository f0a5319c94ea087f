// SPDX-License-Identifier: MIT
/*
 * Every exception the processor raises in the guest ends here: most go to the guest's handler as they are, a few
 * are first looked at by the file that knows them.
 */
#include "core/why.h"
#include "domain/domain.h"
#include "machine/percpu.h"
#include "traps/debug_registers.h"
#include "traps/general_protection.h"
#include "traps/inject.h"
#include "traps/invalid_opcode.h"
#include "traps/no_device.h"
#include "traps/page_fault.h"

/* Returns to the guest that may fail one after the other. */
#define RETURNS_TRIED 8

typedef void exception_handler(struct vcpu *v, struct cpu_regs *regs);

static exception_handler *const handlers[32] = {
    [EXC_DB] = debug_exception,    [EXC_UD] = invalid_opcode, [EXC_NM] = no_device,
    [EXC_GP] = general_protection, [EXC_PF] = page_fault,
};

void guest_exception(struct cpu_regs *regs)
{
    exception_handler *handler = handlers[regs->vector];
    struct vcpu *v = current_vcpu();

    v->trap_depth = 0;
    if (handler)
        handler(v, regs);
    else
        inject_exception(regs->vector, regs->error_code);
}

/* A page fault is of a descriptor table: of the LDT, mapped now if it can be, so what is left is the guest's. */
/*
 * The handler this fault enters may have a bad selector itself, and so on for ever without one instruction of the guest's:
 * after a few the domain is stopped.
 */
void guest_return_failed(struct cpu_regs *regs)
{
    struct vcpu *v = current_vcpu();

    if (++v->trap_depth > RETURNS_TRIED) {
        refuse(-EINVAL, REASON_nested_faults, regs->vector, regs->vector, 0);
        domain_crash(v->domain, "no handler can be returned to: vector %u at %04x:%08x", regs->vector,
                     (unsigned)(regs->cs & 0xffff), (uint32_t)regs->rip);
        return;
    }
    if (regs->vector == EXC_PF) {
        page_fault(v, regs);
        return;
    }
    inject_exception(regs->vector, regs->error_code);
}
