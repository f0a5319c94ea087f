// SPDX-License-Identifier: MIT
#ifndef RINGLET_TRAPS_PAGE_FAULT_H
#define RINGLET_TRAPS_PAGE_FAULT_H

#include "core/domain.h"

/* #PF of the guest: an LDT page to map, a page-table write to emulate, or the guest's own to handle. */
void page_fault(struct vcpu *v, struct cpu_regs *regs);

#endif
