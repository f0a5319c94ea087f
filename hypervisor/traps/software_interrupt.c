// SPDX-License-Identifier: MIT
/*
 * The error code of such a #GP is the vector * 8 + 2; QEMU 7.2 says vector * 16 + 2 in long mode. So the instruction
 * itself is read: the vector is its second byte. Where it does not begin with CD (prefixes, or bytes that cannot be
 * read), the error code must do, and the length is taken as 2, as the reference takes it.
 */
#include "traps/software_interrupt.h"

#include "core/why.h"
#include "machine/user_copy.h"
#include "traps/bounce_frame.h"
#include "traps/inject.h"
#include "traps/segments.h"

#define OPCODE_INT 0xcd
#define INT_LENGTH 2u
#define ERROR_CODE_IDT 2u

static bool code_base(struct vcpu *v, uint16_t cs, uint32_t *base)
{
    uint64_t descriptor;

    *base = 0;
    if (likely(selector_is_flat(cs)))
        return true;
    if (!segment_descriptor(v, cs, &descriptor))
        return false;
    *base = descriptor_base(descriptor);
    return true;
}

static unsigned vector_of(struct vcpu *v, const struct cpu_regs *regs)
{
    uint16_t bytes;
    uint32_t base;

    if (code_base(v, (uint16_t)regs->cs, &base) && !guest_get16(&bytes, gva((uint32_t)(base + regs->rip))) &&
        (bytes & 0xff) == OPCODE_INT)
        return bytes >> 8;
    return regs->error_code >> 3 & 0xff;
}

bool software_interrupt(struct vcpu *v, struct cpu_regs *regs)
{
    unsigned vector = vector_of(v, regs);
    unsigned ring = in_guest_kernel(regs) ? 1 : 3;

    if ((v->traps[vector].flags & TRAP_DPL) < ring) {
        refuse(-EPERM, REASON_software_interrupt_denied, ring, vector, 0);
        regs->error_code = vector << 3 | ERROR_CODE_IDT; /* what the processor should have said */
        return false;
    }
    regs->rip = (uint32_t)(regs->rip + INT_LENGTH);
    regs->rflags &= ~(uint64_t)RFLAGS_RF; /* of the #GP; the instruction itself saves it clear */
    inject_software_interrupt(vector);
    return true;
}
