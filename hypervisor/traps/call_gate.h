// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_CALL_GATE_H
#define RINGLET_TRAPS_CALL_GATE_H

#include "core/domain.h"

/*
 * #GP whose error code names a descriptor: a far call or jump through a call gate, which is stored so that using it
 * faults. Does what the processor would have; false when the #GP (with the error code left in *regs) is the guest's.
 */
bool call_gate(struct vcpu *v, struct cpu_regs *regs);

#endif
