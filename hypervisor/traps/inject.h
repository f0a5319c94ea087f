// SPDX-License-Identifier: MIT
/* Handing events of the machine to the guest: the interface the rest of ring 0 has to traps/. */
#ifndef RINGLET_TRAPS_INJECT_H
#define RINGLET_TRAPS_INJECT_H

#include "core/domain.h"

/* One entry of a vCPU's trap table. Entry 2 is its NMI handler. */
struct trap_entry {
    uint64_t ip;   /* 0: no handler, and cs is 0 */
    uint16_t cs;   /* sanitized */
    uint8_t flags; /* TRAP_DPL, TRAP_MASKS_EVENTS */
};
#define TRAP_DPL 3u          /* the least privileged ring that may raise it with INT n */
#define TRAP_MASKS_EVENTS 4u /* upcalls are masked on entry */

/*
 * Called by machine/entry.S with interrupts off for every exception and software interrupt from the guest. May change
 * *regs (the guest's registers on this stack) so that the guest resumes in a handler.
 */
void guest_exception(struct cpu_regs *regs);

/* On the way out, when an upcall is pending and not masked: builds its bounce frame. */
void deliver_upcall(struct cpu_regs *regs);

/* On the way out, when WORK_NMI was set: enters the NMI handler, unless the guest is in it already. */
void deliver_nmi(struct cpu_regs *regs);

/*
 * The IRETQ to the guest refused its segments: the guest gets that fault (#GP, #NP or #SS with its error code) as if
 * the instruction it was to return to had raised it.
 */
void guest_return_failed(struct cpu_regs *regs);

/* Delivers exception `vector` to the current guest as if its own instruction had raised it. */
void inject_exception(unsigned vector, uint32_t error_code);
/* The user bit of the error code is replaced by the ABI's idea of user mode. */
void inject_page_fault(uint64_t address, uint32_t error_code);
/* INT n, whose ring was checked. *regs already points past the instruction. */
void inject_software_interrupt(unsigned vector);
/* What the guest reads as CR2. */
void guest_cr2_set(struct vcpu *v, uint64_t address);

/* The one selector sanitizer (design, rule 7): what the current guest may load from any source. */
uint16_t sanitize_code_selector(const struct domain *d, uint16_t selector);
uint16_t sanitize_stack_selector(const struct domain *d, uint16_t selector);

#endif
