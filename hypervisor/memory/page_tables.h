// SPDX-License-Identifier: MIT
/* Whole page-table trees: pinning, and a vCPU's root. The levels validate (l1_table.c and so on), this calls them. */
#ifndef RINGLET_MEMORY_PAGE_TABLES_H
#define RINGLET_MEMORY_PAGE_TABLES_H

#include "core/domain.h"
#include "memory/address_space.h"
#include "memory/frame.h"
#include "memory/frame_alloc.h"
#include "memory/page_types.h"

/*
 * Pins a table of `level` (TYPE_L1 to TYPE_L4) of d, as MMUEXT_PIN_Lx_TABLE does. 0, -ERESTART, -EINVAL when the
 * frame is not d's, is pinned already or is used as something else, or what an entry was refused with.
 */
int page_table_pin(struct domain *d, mfn_t m, enum frame_type level);
/* 0, or -EINVAL when it is not pinned. Releasing it may go on in frame_release_pending(). */
int page_table_unpin(struct domain *d, mfn_t m);

/* Makes m the root of v's address space, as MMUEXT_NEW_BASEPTR does; reloads CR3 when v runs. 0, -EINVAL, -ERESTART. */
int guest_table_set(struct vcpu *v, mfn_t m);
/* The vCPU ends: it has no root any more. */
void guest_table_drop(struct vcpu *v);

/* Start: called when v's address space changes under its LDT. */
void guest_table_on_change(void (*call)(struct vcpu *v));

#endif
