// SPDX-License-Identifier: MIT
/* Entering the guest's kernel: the frame it finds on its stack, and the registers it starts with. */
#ifndef RINGLET_TRAPS_BOUNCE_FRAME_H
#define RINGLET_TRAPS_BOUNCE_FRAME_H

#include "core/domain.h"
#include "machine/layout.h"

struct bounce {
    uint32_t ip;
    uint16_t cs;
    bool mask_events; /* upcalls are masked on entry */
    bool has_error_code;
    uint8_t vector; /* for reports; BOUNCE_CALLBACK when it is none */
    uint32_t error_code;
};
#define BOUNCE_CALLBACK 0xff

/*
 * True when regs are those of the guest's kernel: ring 1 for a 32-bit guest. Ring 2 is supervisor to paging but user to
 * the ABI.
 */
static inline bool in_guest_kernel(const struct cpu_regs *regs)
{
    return (regs->cs & 3) == 1;
}

/*
 * Writes v's frame and points *regs at the handler. False, with the domain crashed, when the stack could not be
 * written or the handler's selector is null. v is the current vCPU.
 */
bool bounce(struct vcpu *v, struct cpu_regs *regs, const struct bounce *b);

/* The failsafe callback: the same with ds, es, fs and gs, as `selectors` has them, beneath. */
bool bounce_failsafe(struct vcpu *v, struct cpu_regs *regs, const uint16_t selectors[4]);

#endif
