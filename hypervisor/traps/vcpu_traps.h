// SPDX-License-Identifier: MIT
/* What a vCPU has of this folder: its making and unmaking. */
#ifndef RINGLET_TRAPS_VCPU_TRAPS_H
#define RINGLET_TRAPS_VCPU_TRAPS_H

#include "core/domain.h"

/* Boot, once, before any page is validated. */
void traps_start(void);

/*
 * A new vCPU: an empty trap table, no GDT or LDT of the guest's, processor state as at reset. Its address space
 * exists. False without memory.
 */
bool vcpu_traps_init(struct vcpu *v);

/* Gives all of it back; v runs nowhere. */
void vcpu_traps_free(struct vcpu *v);

#endif
