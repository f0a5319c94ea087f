// SPDX-License-Identifier: MIT
/*
 * Translations. The clock lets a flush be skipped: a frame that lost its last mapping at clock t needs no flush on
 * a CPU whose last full flush came after t. CR4.PGE stays off, so a CR3 load flushes everything.
 */
#ifndef RINGLET_MACHINE_TLB_H
#define RINGLET_MACHINE_TLB_H

#include "core/domain.h"

/* Current value of the clock, to stamp a frame with. */
uint32_t tlb_clock_now(void);
/* Flushes this CPU fully and advances the clock. */
void tlb_flush_local(void);
/* Flushes every CPU whose last full flush is not after `stamp`: before a frame changes what it is. */
void tlb_flush_stale(uint32_t stamp);
/* One address, or everything, on the CPUs of d in the vCPU mask (MMUEXT flush ops, UVMF flags). */
void tlb_flush_vcpus_page(struct domain *d, uint64_t vcpu_mask, uint64_t address);
void tlb_flush_vcpus(struct domain *d, uint64_t vcpu_mask);
/* Loads v's L4 into CR3 (a full flush). */
void address_space_load(struct vcpu *v);

#endif
