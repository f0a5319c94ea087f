// SPDX-License-Identifier: MIT
#include "traps/fast_calls.h"

#include "machine/layout.h"
#include "traps/bounce_frame.h"
#include "traps/inject.h"

/* SYSENTER keeps neither the instruction pointer nor the stack, nor the ring it came from. */
#define SYSENTER_CS_SHOWN 3u

static enum emulation enter_callback(struct vcpu *v, struct cpu_regs *regs, const struct guest_entry *to)
{
    struct bounce b = {.ip = (uint32_t)to->ip,
                       .cs = to->cs,
                       .mask_events = to->mask_events,
                       .vector = BOUNCE_CALLBACK};

    bounce(v, regs, &b);
    return EMULATION_STAYED;
}

enum emulation emulate_sysenter(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    if (!v->sysenter_callback.ip)
        return EMULATION_REFUSED;
    regs->rip = 0;
    regs->rsp = 0;
    regs->cs = SYSENTER_CS_SHOWN;
    regs->ss = SEL_RING3_DS;
    return enter_callback(v, regs, &v->sysenter_callback);
}

/* Without a callback the reference gives #GP, not the #UD that a processor without SYSCALL would. */
enum emulation emulate_syscall(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    if (!v->syscall32_callback.ip) {
        inject_exception(EXC_GP, 0);
        return EMULATION_STAYED;
    }
    regs->rip = (uint32_t)(regs->rip + in->length);
    regs->rcx = regs->rip;
    regs->cs = SEL_RING3_CS;
    regs->ss = SEL_RING3_DS;
    return enter_callback(v, regs, &v->syscall32_callback);
}
