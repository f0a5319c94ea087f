// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_GENERAL_PROTECTION_H
#define RINGLET_TRAPS_GENERAL_PROTECTION_H

#include "core/domain.h"

/* #GP of the guest: INT n, a call gate or a privileged instruction to emulate, or its own mistake. */
void general_protection(struct vcpu *v, struct cpu_regs *regs);

#endif
