// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_SOFTWARE_INTERRUPT_H
#define RINGLET_TRAPS_SOFTWARE_INTERRUPT_H

#include "core/domain.h"

/*
 * A #GP whose error code names an IDT entry: the guest executed INT n, and no gate but the hypercall's lets it.
 * Enters the guest's own handler for n if its DPL allows; false when it does not.
 */
bool software_interrupt(struct vcpu *v, struct cpu_regs *regs);

#endif
