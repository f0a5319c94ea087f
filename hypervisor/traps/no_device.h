// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_NO_DEVICE_H
#define RINGLET_TRAPS_NO_DEVICE_H

#include "core/domain.h"

/* #NM: the guest used the FPU with CR0.TS set. Its handler starts with TS clear, as the ABI has it. */
void no_device(struct vcpu *v, struct cpu_regs *regs);

#endif
