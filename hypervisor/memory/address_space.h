// SPDX-License-Identifier: MIT
/*
 * The address space a vCPU runs in: an L4 of the hypervisor's. Slot 0 leads to the guest's root, slots 256 to 271 are
 * the hypervisor's, the same in all but slot 259 (machine/layout.h), which holds this vCPU's GDT and LDT.
 */
#ifndef RINGLET_MEMORY_ADDRESS_SPACE_H
#define RINGLET_MEMORY_ADDRESS_SPACE_H

#include "core/domain.h"

/* Makes v->l4 and v->descriptor_ptes (32 entries, all clear). False without memory, with nothing kept. */
bool vcpu_address_space_init(struct vcpu *v);
/* Gives them back; v must run nowhere and have no root. */
void vcpu_address_space_free(struct vcpu *v);

#endif
