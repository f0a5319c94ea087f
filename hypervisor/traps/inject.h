// SPDX-License-Identifier: MIT
/* Handing events of the machine to the guest: the interface the rest of ring 0 has to traps/. */
#ifndef RINGLET_TRAPS_INJECT_H
#define RINGLET_TRAPS_INJECT_H

#include "core/domain.h"

struct trap_entry {
    uint64_t ip;   /* 0: no handler */
    uint16_t cs;   /* sanitized */
    uint8_t flags; /* bits 0-1 DPL, bit 2 mask events: TI_GET_DPL, TI_GET_IF */
};

/*
 * Called by machine/entry.S with interrupts off for every exception and software interrupt from the guest. May change
 * *regs (the guest's registers on this stack) so that the guest resumes in a handler.
 */
void guest_exception(struct cpu_regs *regs);

/* On the way out, when an upcall or NMI is due and not masked: builds its bounce frame. */
void deliver_upcall(struct cpu_regs *regs);

/* The IRETQ to the guest faulted (its segments went bad): failsafe callback, or the domain crashes. */
void guest_return_failed(struct cpu_regs *regs);

/* Delivers exception `vector` to the current guest as if its own instruction had raised it. */
void inject_exception(unsigned vector, uint32_t error_code);
void inject_page_fault(uint64_t address, uint32_t error_code);

/* Sets v's LDT; its pages are mapped when first used. The caller checked base (page-aligned) and entries (at most 8192). */
void ldt_set(struct vcpu *v, gva_t base, unsigned entries);

/* The one selector sanitizer (design, rule 7): what the current guest may load from any source. */
uint16_t sanitize_code_selector(const struct domain *d, uint16_t selector);
uint16_t sanitize_stack_selector(const struct domain *d, uint16_t selector);

#endif
