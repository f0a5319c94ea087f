// SPDX-License-Identifier: MIT
/*
 * The hypercalls of this folder; abi/hypercalls.def and the contract headers say what each does. hypercall32_ ones are
 * those whose arguments or structures depend on the guest's width.
 */
#ifndef RINGLET_MEMORY_HYPERCALLS_H
#define RINGLET_MEMORY_HYPERCALLS_H

#include "core/domain.h"

/* In a count: this is a call that was preempted and is entered again; `done` holds what went before. */
#define MMU_UPDATE_PREEMPTED 0x80000000u

long hypercall_memory_op(uint64_t command, uint64_t arg);
long hypercall_mmu_update(uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign);
/* Start: what sets a vCPU's LDT, its base (page-aligned) and entries (at most 8192) having been checked. */
void mmuext_on_set_ldt(void (*call)(struct vcpu *v, gva_t base, unsigned entries));
long hypercall32_mmuext_op(uint64_t ops, uint64_t count, uint64_t done, uint64_t foreign);
long hypercall32_update_va_mapping(uint64_t address, uint64_t low, uint64_t high, uint64_t flags);
long hypercall32_update_va_mapping_otherdomain(uint64_t address, uint64_t low, uint64_t high, uint64_t flags,
                                               uint64_t domid);

#endif
