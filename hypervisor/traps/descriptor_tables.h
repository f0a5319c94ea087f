// SPDX-License-Identifier: MIT
/*
 * A vCPU's GDT and LDT. Both are mapped at fixed places (machine/layout.h) by the vCPU's own L1: the GDT's frames when
 * it is set, the LDT's when the processor first faults on them.
 */
#ifndef RINGLET_TRAPS_DESCRIPTOR_TABLES_H
#define RINGLET_TRAPS_DESCRIPTOR_TABLES_H

#include "core/domain.h"

/*
 * Replaces v's GDT by frames of its domain; each becomes a descriptor page. 0, or -EINVAL with nothing changed.
 * `entries` is at most FIRST_RESERVED_GDT_ENTRY. The hypervisor's part is there whatever the guest sets.
 */
int gdt_set(struct vcpu *v, const mfn_t frames[], unsigned entries);

/* Drops v's GDT; its entries read as absent. Also what a new vCPU starts from. */
void gdt_drop(struct vcpu *v);

/* Sets the LDT to `entries` descriptors at `base` (page-aligned, below the hypervisor: the caller checks). */
void ldt_set(struct vcpu *v, gva_t base, unsigned entries);

/* Unmaps what was mapped of the LDT, dropping the frames' types; true when anything was. Flush v's TLB then. */
bool ldt_unmap(struct vcpu *v);

/* Maps the LDT page with this byte offset into the table, if the guest's own mapping allows. v is current. */
bool ldt_map(struct vcpu *v, unsigned offset);

/*
 * A page fault at `address`, in ring 0 while it loaded a selector for the guest (IRETQ, a data segment): true when it was
 * an LDT page that is mapped now, so that the instruction works when executed again.
 */
bool ldt_fault_mended(uint64_t address);

/* The mapped page `index` of v's GDT (or LDT); NULL when there is none. v is the current vCPU. */
const uint64_t *descriptor_page(struct vcpu *v, bool ldt, unsigned index);

/* Start: teaches memory/ what a descriptor page is. */
void descriptor_tables_start(void);

#endif
