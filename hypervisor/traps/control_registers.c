// SPDX-License-Identifier: MIT
#include "traps/control_registers.h"

#include "machine/cpu.h"
#include "machine/percpu.h"
#include "traps/cpuid_features.h"
#include "traps/hypercalls.h"

#define CR4_REAL_CHOICES (CR4_TSD | CR4_DE)

void control_registers_init(struct vcpu *v)
{
    v->cr0 = CR0_GUEST;
    v->cr4 = CR4_GUEST;
}

static uint64_t cr4_for(const struct vcpu *v)
{
    uint64_t real = (cr4_read() & ~(uint64_t)CR4_REAL_CHOICES) | (v->cr4 & CR4_REAL_CHOICES);

    return v->domain->tsc_disabled ? real | CR4_TSD : real;
}

void control_registers_load(const struct vcpu *v)
{
    uint64_t real = cr4_for(v);

    cr0_write(v->cr0);
    if (real != cr4_read())
        cr4_write(real);
}

void task_switched_set(struct vcpu *v, bool set)
{
    if (set) {
        v->cr0 |= CR0_TS;
        cr0_write(v->cr0);
    } else {
        v->cr0 &= ~(uint64_t)CR0_TS;
        cr0_clear_ts();
    }
}

void cr4_choose(struct vcpu *v, uint32_t wanted)
{
    uint32_t own = CR4_REAL_CHOICES | (guest_xcr0_components() ? CR4_OSXSAVE : 0);

    v->cr4 = CR4_GUEST | (wanted & own);
    cr4_write(cr4_for(v));
}

long hypercall_fpu_taskswitch(uint64_t set)
{
    task_switched_set(current_vcpu(), (uint32_t)set != 0);
    return 0;
}
