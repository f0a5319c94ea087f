// SPDX-License-Identifier: MIT
/*
 * A guest's debug registers. v->debug[] holds what it reads: 0 to 3, 6 and 7; the processor has them while v runs,
 * except for I/O breakpoints, whose enable bits are kept in debug[5] and matched when ports are emulated.
 */
#ifndef RINGLET_TRAPS_DEBUG_REGISTERS_H
#define RINGLET_TRAPS_DEBUG_REGISTERS_H

#include "traps/emulation.h"

#define DR6_SINGLE_STEP (1u << 14)

void debug_init(struct vcpu *v);
/* v is about to run: its breakpoints, or none, go to the processor. */
void debug_load(const struct vcpu *v);

/* Writes one of v's registers, current or not. 0, or a refusal with nothing changed. */
int debug_set(struct vcpu *v, unsigned number, uint32_t value);

/* #DB of the guest: merges what the processor says into v's DR6 and delivers it. */
void debug_exception(struct vcpu *v, struct cpu_regs *regs);
/* Breakpoints that an emulated access of `bytes` bytes at `port` hits, as bits of DR6. */
uint32_t debug_io_match(const struct vcpu *v, unsigned port, unsigned bytes);

emulator emulate_debug_read, emulate_debug_write;

#endif
