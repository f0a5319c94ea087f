// SPDX-License-Identifier: MIT
/* The C side of machine/entry.S; nothing else calls these. `regs` is the frame entry.S saved. */
#ifndef RINGLET_HYPERCALLS_ENTRY_POINTS_H
#define RINGLET_HYPERCALLS_ENTRY_POINTS_H

#include "core/regs.h"

void exception_from_guest(struct cpu_regs *regs);
void exception_from_ring0(struct cpu_regs *regs);
/* cpu.pending is not 0: work, then an upcall if one is due. entry.S looks again afterwards. */
void exit_slow_path(struct cpu_regs *regs);

/* Leaves ring 0 by the registers at the top of the main stack. */
_Noreturn void enter_guest(void);

#endif
