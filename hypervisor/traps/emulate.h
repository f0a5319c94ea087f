// SPDX-License-Identifier: MIT
/* Instructions a guest may not execute itself: those of its kernel that ring 0 does for it. */
#ifndef RINGLET_TRAPS_EMULATE_H
#define RINGLET_TRAPS_EMULATE_H

#include "core/domain.h"

/* After #GP with error code 0: true when the instruction was emulated or its own exception delivered. */
bool emulate_privileged(struct vcpu *v, struct cpu_regs *regs);

#endif
