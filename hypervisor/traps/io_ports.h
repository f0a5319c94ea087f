// SPDX-License-Identifier: MIT
/*
 * I/O ports: whether a guest's code may execute IN and OUT at all (its I/O privilege level and bitmap, as the architecture
 * has them), and which ports its domain may reach. An access that is allowed but not the domain's reads as all
 * ones and writes nothing: the machine has nothing there, as far as this domain goes.
 */
#ifndef RINGLET_TRAPS_IO_PORTS_H
#define RINGLET_TRAPS_IO_PORTS_H

#include "core/domain.h"

/* IOPL alone: CLI, STI, and every port. */
bool io_privileged(const struct vcpu *v, const struct cpu_regs *regs);
/* IOPL or the bitmap. v is current. */
bool io_allowed(const struct vcpu *v, const struct cpu_regs *regs, unsigned port, unsigned bytes);

/* Ports ring 0 keeps for itself beyond the fixed ones: its serial line, the PM timer. At start. */
void io_ports_reserve(unsigned first, unsigned count);

/* The initial domain has the right to all ports [first, last], so that a toolstack in it may give it to others. */
bool io_ports_may_be_given(unsigned first, unsigned last);

/* The access itself; `bytes` is 1, 2 or 4. */
uint32_t io_read(struct vcpu *v, unsigned port, unsigned bytes);
void io_write(struct vcpu *v, unsigned port, unsigned bytes, uint32_t value);

#endif
