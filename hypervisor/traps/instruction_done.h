// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_INSTRUCTION_DONE_H
#define RINGLET_TRAPS_INSTRUCTION_DONE_H

#include "core/domain.h"

/*
 * The guest's instruction is finished and the next one is at `ip`: RF is cleared, and a single-stepping guest gets its
 * #DB.
 */
void instruction_done(struct vcpu *v, struct cpu_regs *regs, uint32_t ip);

#endif
