// SPDX-License-Identifier: MIT
/*
 * What a guest sees of CR0 and CR4, and what of its wishes the processor gets. CR0: TS alone is the guest's, and real.
 * CR4: TSD and DE are the guest's and real; OSXSAVE is its own view, the processor's is always set where there is XSAVE.
 */
#ifndef RINGLET_TRAPS_CONTROL_REGISTERS_H
#define RINGLET_TRAPS_CONTROL_REGISTERS_H

#include "core/domain.h"

#define CR0_GUEST 0x80050033u /* PG, AM, WP, NE, ET, MP, PE: also the processor's own, without TS */
#define CR4_GUEST 0x00000660u /* PAE, MCE, OSFXSR, OSXMMEXCPT */

void control_registers_init(struct vcpu *v);
/* Puts v's choices into the processor; v is about to run. */
void control_registers_load(const struct vcpu *v);

/* TS of v, which is current. */
void task_switched_set(struct vcpu *v, bool set);
/* CR4 as v asks for it: bits that are not its own stay as they are. v is current. */
void cr4_choose(struct vcpu *v, uint32_t wanted);

#endif
