// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_INVALID_OPCODE_H
#define RINGLET_TRAPS_INVALID_OPCODE_H

#include "core/domain.h"

/* #UD of the guest: CPUID with the forced-emulation prefix, SYSCALL or SYSENTER, or the guest's own. */
void invalid_opcode(struct vcpu *v, struct cpu_regs *regs);

#endif
