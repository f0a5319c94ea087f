// SPDX-License-Identifier: MIT
#include "traps/processor_state.h"

#include "machine/cpu.h"
#include "machine/percpu.h"
#include "traps/bounce_frame.h"
#include "traps/control_registers.h"
#include "traps/debug_registers.h"
#include "traps/fpu.h"

void processor_state_save(struct vcpu *v)
{
    cr0_clear_ts();
    fpu_save(v);
}

void processor_state_load(struct vcpu *v)
{
    cr0_clear_ts();
    fpu_load(v);
    control_registers_load(v);
    debug_load(v);
}

void selectors_failed(struct vcpu *v, uint16_t ds, uint16_t es, uint16_t fs, uint16_t gs)
{
    const uint16_t selectors[4] = {ds, es, fs, gs};

    bounce_failsafe(v, guest_regs(), selectors);
}
