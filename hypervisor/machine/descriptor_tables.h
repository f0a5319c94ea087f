// SPDX-License-Identifier: MIT
/*
 * The processor's own tables: one IDT for all, and for each CPU the reserved GDT page (selectors 0xe000 up) and
 * TSS. The guest's descriptors lie below it in the same table, at GDT_BASE, mapped by each vCPU's L4.
 */
#ifndef RINGLET_MACHINE_DESCRIPTOR_TABLES_H
#define RINGLET_MACHINE_DESCRIPTOR_TABLES_H

#include "core/cpu.h"

/* Fills the IDT and this CPU's reserved page and TSS, and loads them at boot addresses (no vCPU is mapped yet). */
void descriptor_tables_init(struct cpu *cpu);
/* The frame of this CPU's reserved page for guests of `width`, to be mapped as page 14 of a vCPU's GDT. */
mfn_t reserved_gdt_frame(const struct cpu *cpu, enum guest_width width);
/* From now on the GDT is the current vCPU's, at GDT_BASE. Its L4 is loaded. */
void descriptor_tables_use_vcpu(void);
/* The LDT of the current vCPU: `entries` descriptors at LDT_BASE, or none. */
void ldt_load(unsigned entries);

#endif
