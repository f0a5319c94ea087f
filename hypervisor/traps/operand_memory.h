// SPDX-License-Identifier: MIT
/*
 * Memory that an emulated instruction names, reached with the rights of the code that executes it. To ring 0 a guest kernel's
 * pages are as good as its processes': for ring 3 the user bits of the guest's tables are looked up first.
 */
#ifndef RINGLET_TRAPS_OPERAND_MEMORY_H
#define RINGLET_TRAPS_OPERAND_MEMORY_H

#include "core/domain.h"

/* A page fault to deliver instead. */
struct operand_fault {
    uint32_t address; /* the first byte that cannot be reached */
    uint32_t error_code;
};

/* n is at most a page. False with *f set when not all of it may be reached; v is current. */
bool operand_read(const struct vcpu *v, bool user, void *to, uint32_t address, unsigned n,
                  struct operand_fault *f);
bool operand_write(const struct vcpu *v, bool user, uint32_t address, const void *from, unsigned n,
                   struct operand_fault *f);

static inline bool ring3(const struct cpu_regs *regs)
{
    return (regs->cs & 3) == 3;
}

#endif
