// SPDX-License-Identifier: MIT
#include "traps/emulate_system.h"

#include "core/why.h"
#include "machine/cpu.h"
#include "traps/bounce_frame.h"
#include "traps/cpuid_policy.h"
#include "traps/fpu.h"
#include "traps/inject.h"
#include "traps/msr_policy.h"

static void put_edx_eax(struct cpu_regs *regs, uint64_t value)
{
    regs->rax = (uint32_t)value;
    regs->rdx = value >> 32;
}

static uint64_t edx_eax(const struct cpu_regs *regs)
{
    return (uint32_t)regs->rax | regs->rdx << 32;
}

enum emulation emulate_rdmsr(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    uint64_t value;

    if (!msr_policy_read(v, (uint32_t)regs->rcx, &value))
        return EMULATION_REFUSED;
    put_edx_eax(regs, value);
    return EMULATED;
}

enum emulation emulate_wrmsr(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    return msr_policy_write(v, (uint32_t)regs->rcx, edx_eax(regs)) ? EMULATED : EMULATION_REFUSED;
}

enum emulation emulate_cpuid(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    struct cpuid_result r = cpuid_policy(v, (uint32_t)regs->rax, (uint32_t)regs->rcx);

    regs->rax = r.a;
    regs->rbx = r.b;
    regs->rcx = r.c;
    regs->rdx = r.d;
    return EMULATED;
}

/* TSD keeps user mode from it; the kernel is above that. */
enum emulation emulate_rdtsc(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    if (!in_guest_kernel(regs) && (v->cr4 & CR4_TSD)) {
        refuse(-EPERM, REASON_tsc_disabled, 0, 0, 0);
        return EMULATION_REFUSED;
    }
    put_edx_eax(regs, tsc_read());
    return EMULATED;
}

static enum emulation rdtscp(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    enum emulation result = emulate_rdtsc(v, regs, in);

    if (result == EMULATED)
        regs->rcx = 0; /* TSC_AUX, which no guest can set */
    return result;
}

static enum emulation xsetbv(struct vcpu *v, struct cpu_regs *regs)
{
    if (!(v->cr4 & CR4_OSXSAVE)) {
        inject_exception(EXC_UD, 0);
        return EMULATION_STAYED;
    }
    if (!in_guest_kernel(regs) || (uint32_t)regs->rcx != 0 || !fpu_set_xcr0(v, edx_eax(regs))) {
        refuse(-EINVAL, REASON_xcr0_value, (uint32_t)regs->rcx, edx_eax(regs), 0);
        return EMULATION_REFUSED;
    }
    return EMULATED;
}

enum emulation emulate_group7(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    if (in->mod == 3 && in->reg == 7 && in->rm == 1)
        return rdtscp(v, regs, in);
    if (in->mod == 3 && in->reg == 2 && in->rm == 1)
        return xsetbv(v, regs);
    refuse(-EINVAL, REASON_instruction_unknown, 0, in->opcode, 0);
    return EMULATION_REFUSED;
}
