// SPDX-License-Identifier: MIT
/*
 * HYPERVISOR_iret of a 32-bit guest. The frame lies at the guest's linear ESP (the stack segment's base does not count,
 * as in the reference):
 *
 *     eax, eip, cs, eflags                 to ring 1: ESP ends above eflags
 *     eax, eip, cs, eflags, esp, ss        to ring 2 or 3
 *
 * IF becomes the upcall mask. IOPL is the vCPU's, with the architectural_iopl assist; the real one stays 0. Ring 0 and
 * an unreadable frame end the domain. VM cannot be honoured: the guest gets #GP, reported for the first instruction
 * of the would-be virtual-8086 code.
 */
#include "core/log.h"
#include "core/why.h"
#include "domain/domain.h"
#include "machine/user_copy.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

/* What a guest may set in the real flags. VIF and VIP mean nothing without CR4.VME and PVI. */
#define GUEST_FLAGS 0x003d4dd5u
#define VM86_FRAME_WORDS 9 /* eip, cs, eflags, esp, ss, es, ds, fs, gs */

#define INNER_FRAME_SIZE 16u /* eax to eflags */

static __attribute__((cold, noinline)) long iret_crash(struct vcpu *v, uint32_t reason, uint64_t found)
{
    refuse(-EFAULT, reason, 1, found, 0);
    domain_crash(v->domain, "iret with a bad frame at %08x", (uint32_t)guest_regs()->rsp);
    return 0;
}

/*
 * Moves the frame to the kernel stack under an error code of 0 and enters the #GP handler there. `esp` is where the
 * guest's frame lies, eax included.
 */
static long iret_to_vm86(struct vcpu *v, struct cpu_regs *regs, uint32_t esp)
{
    const struct trap_entry *t = &v->traps[EXC_GP];
    uint32_t words[1 + VM86_FRAME_WORDS];
    uint32_t sp = (uint32_t)v->kernel_sp - sizeof(words);

    if (copy_from_guest(words, gva(esp), sizeof(words)))
        return iret_crash(v, REASON_iret_frame, esp);
    regs->rax = words[0];
    words[0] = 0;
    if (copy_to_guest(gva(sp), words, sizeof(words)))
        return iret_crash(v, REASON_bounce_frame, sp);
    refuse(-EINVAL, REASON_iret_flags, 0, words[3], 0);
    v->info->mask = !(words[3] & RFLAGS_IF) || (t->flags & TRAP_MASKS_EVENTS);
    regs->rsp = sp;
    regs->ss = v->kernel_ss;
    regs->rip = t->ip;
    regs->cs = t->cs;
    regs->rflags =
        (words[3] & GUEST_FLAGS & ~(uint32_t)(RFLAGS_RF | RFLAGS_NT | RFLAGS_TF)) | RFLAGS_IF | RFLAGS_FIXED;
    return (long)regs->rax;
}

long hypercall32_iret(void)
{
    struct vcpu *v = current_vcpu();
    struct cpu_regs *regs = guest_regs();
    gva_t sp = gva((uint32_t)regs->rsp);
    uint64_t eax_eip, cs_eflags, esp_ss; /* two words a read: this path is hot */
    uint32_t cs, eflags;

    if (unlikely(!guest_range_ok(sp, INNER_FRAME_SIZE) || guest_load64(&eax_eip, sp) ||
                 guest_load64(&cs_eflags, gva_add(sp, 8))))
        return iret_crash(v, REASON_iret_frame, sp.raw);
    cs = (uint16_t)cs_eflags;
    eflags = (uint32_t)(cs_eflags >> 32);
    if (unlikely(v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl))
        v->iopl = eflags >> 12 & 3;
    v->nmi_masked = 0;
    v->trap_depth = 0;
    if (unlikely(eflags & RFLAGS_VM))
        return iret_to_vm86(v, regs, (uint32_t)sp.raw);
    if (unlikely((cs & 3) == 0))
        return iret_crash(v, REASON_iret_privilege, 0);
    if ((cs & 3) == 1) {
        regs->rsp = (uint32_t)(sp.raw + INNER_FRAME_SIZE);
    } else {
        if (unlikely(guest_get64(&esp_ss, gva_add(sp, INNER_FRAME_SIZE))))
            return iret_crash(v, REASON_iret_frame, sp.raw);
        regs->rsp = (uint32_t)esp_ss;
        regs->ss = (uint16_t)(esp_ss >> 32);
    }
    regs->rip = eax_eip >> 32;
    regs->cs = cs;
    regs->rflags = (eflags & GUEST_FLAGS) | RFLAGS_IF | RFLAGS_FIXED;
    v->info->mask = !(eflags & RFLAGS_IF);
    if (unlikely(v->nmi_pending))
        this_cpu()->pending |= WORK_NMI;
    return (uint32_t)eax_eip;
}
