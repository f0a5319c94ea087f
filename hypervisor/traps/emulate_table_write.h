// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_EMULATE_TABLE_WRITE_H
#define RINGLET_TRAPS_EMULATE_TABLE_WRITE_H

#include "core/domain.h"

/*
 * A write of the guest's kernel faulted at `address`, in the L1 `table` it has mapped read-only. Works out what the instruction
 * would have written and has memory/writable_tables.c do it. False when the fault is the guest's: the entry may
 * not be, or the instruction is none of those below.
 */
bool emulate_table_write(struct vcpu *v, struct cpu_regs *regs, uint32_t address, mfn_t table);

#endif
