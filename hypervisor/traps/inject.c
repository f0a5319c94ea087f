// SPDX-License-Identifier: MIT
/* Exceptions and software interrupts through the guest's trap table. */
#include "traps/inject.h"

#include "machine/percpu.h"
#include "traps/bounce_frame.h"
#include "traps/descriptors.h"

/* Vectors whose frame has an error code: #DF, #TS, #NP, #SS, #GP, #PF, #AC. */
#define ERROR_CODE_VECTORS                                                                                   \
    (1u << EXC_DF | 1u << EXC_TS | 1u << EXC_NP | 1u << EXC_SS | 1u << EXC_GP | 1u << EXC_PF | 1u << EXC_AC)

static void enter_handler(struct vcpu *v, unsigned vector, bool has_error_code, uint32_t error_code)
{
    const struct trap_entry *t = &v->traps[vector];
    struct bounce b = {.ip = (uint32_t)t->ip,
                       .cs = t->cs,
                       .mask_events = t->flags & TRAP_MASKS_EVENTS,
                       .has_error_code = has_error_code,
                       .vector = (uint8_t)vector,
                       .error_code = error_code};

    if (vector < 32)
        v->domain->counters.traps_bounced++;
    bounce(v, guest_regs(), &b);
}

void inject_exception(unsigned vector, uint32_t error_code)
{
    enter_handler(current_vcpu(), vector, vector < 32 && (ERROR_CODE_VECTORS >> vector & 1), error_code);
}

void inject_software_interrupt(unsigned vector)
{
    struct vcpu *v = current_vcpu();

    v->domain->counters.software_interrupts++;
    enter_handler(v, vector, false, 0);
}

void guest_cr2_set(struct vcpu *v, uint64_t address)
{
    v->cr2 = address;
    if (v->domain->width == GUEST_32)
        ((struct vcpu_info_32 *)v->info)->arch.cr2 = (uint32_t)address;
    else
        ((struct vcpu_info_64 *)v->info)->arch.cr2 = address;
}

void inject_page_fault(uint64_t address, uint32_t error_code)
{
    struct vcpu *v = current_vcpu();

    guest_cr2_set(v, address);
    error_code &= ~PF_USER;
    if (!in_guest_kernel(guest_regs()))
        error_code |= PF_USER;
    enter_handler(v, EXC_PF, true, error_code);
}

void deliver_upcall(struct cpu_regs *regs)
{
    struct vcpu *v = current_vcpu();
    const struct guest_entry *to = &v->event_callback;
    struct bounce b = {.ip = (uint32_t)to->ip, .cs = to->cs, .mask_events = true, .vector = BOUNCE_CALLBACK};

    v->domain->counters.upcalls++;
    bounce(v, regs, &b);
}

void deliver_nmi(struct cpu_regs *regs)
{
    struct vcpu *v = current_vcpu();

    if (!v->nmi_pending || v->nmi_masked)
        return;
    v->nmi_pending = 0;
    if (v->traps[EXC_NMI].cs == 0)
        return;
    v->nmi_masked = 1;
    inject_exception(EXC_NMI, 0);
}

static uint16_t raise_rpl(const struct domain *d, uint16_t selector)
{
    unsigned ring = guest_kernel_ring(d);

    return (selector & 3) >= ring ? selector : (uint16_t)((selector & ~3u) | ring);
}

uint16_t sanitize_code_selector(const struct domain *d, uint16_t selector)
{
    return raise_rpl(d, selector);
}

uint16_t sanitize_stack_selector(const struct domain *d, uint16_t selector)
{
    return raise_rpl(d, selector);
}
