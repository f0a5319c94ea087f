// SPDX-License-Identifier: MIT
/* Whole page-table trees: pinning, and a vCPU's root. memory/page_types.c validates, this calls it. */
#ifndef RINGLET_MEMORY_PAGE_TABLES_H
#define RINGLET_MEMORY_PAGE_TABLES_H

#include "core/domain.h"
#include "memory/frame.h"

/* Pins a table of `level` (TYPE_L1 to TYPE_L4) of d, as MMUEXT_PIN_Lx_TABLE does. 0, -EINVAL, -ERESTART. */
int page_table_pin(struct domain *d, mfn_t m, enum frame_type level);
int page_table_unpin(struct domain *d, mfn_t m);

/* Makes m the root of v's address space, as MMUEXT_NEW_BASEPTR does; reloads CR3 when v runs. 0 or -EINVAL. */
int guest_table_set(struct vcpu *v, mfn_t m);

/* A fresh L4 for a vCPU: the shared hypervisor slots and its own descriptor-table slot. false without memory. */
bool vcpu_address_space_init(struct vcpu *v);

#endif
