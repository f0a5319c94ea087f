// SPDX-License-Identifier: MIT
#include "traps/emulate_io.h"

#include "core/hypercall.h"
#include "core/why.h"
#include "traps/debug_registers.h"
#include "traps/inject.h"
#include "traps/io_ports.h"
#include "traps/operand_memory.h"
#include "traps/segments.h"

#define REG_EAX 0u
#define REG_ECX 1u
#define REG_ESI 6u
#define REG_EDI 7u

static unsigned access_bytes(const struct instruction *in)
{
    return in->opcode & 1 ? in->operand_size : 1;
}

/* E4 to E7 have the port as an immediate; the others take it from DX. */
static unsigned access_port(const struct instruction *in, const struct cpu_regs *regs)
{
    return (in->opcode & 0xfc) == 0xe4 ? in->immediate : (uint32_t)regs->rdx & 0xffff;
}

static bool may_access(const struct vcpu *v, const struct cpu_regs *regs, unsigned port, unsigned bytes)
{
    if (likely(io_allowed(v, regs, port, bytes)))
        return true;
    refuse(-EPERM, REASON_io_port, bytes, port, 0);
    return false;
}

/* An I/O breakpoint traps after the access. */
static enum emulation after_access(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in,
                                   unsigned port)
{
    uint32_t hit = debug_io_match(v, port, access_bytes(in));

    if (likely(!hit))
        return EMULATED;
    v->debug[6] |= hit;
    regs->rflags &= ~(uint64_t)RFLAGS_RF;
    regs->rip = (uint32_t)(regs->rip + in->length);
    inject_exception(EXC_DB, 0);
    return EMULATION_STAYED;
}

enum emulation emulate_in(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    unsigned bytes = access_bytes(in), port = access_port(in, regs);
    uint32_t value;

    if (!may_access(v, regs, port, bytes))
        return EMULATION_REFUSED;
    value = io_read(v, port, bytes);
    if (bytes == 1)
        regs->rax = (regs->rax & ~0xffull) | (value & 0xff);
    else
        register_write(regs, REG_EAX, bytes, value);
    return after_access(v, regs, in, port);
}

enum emulation emulate_out(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    unsigned bytes = access_bytes(in), port = access_port(in, regs);

    if (!may_access(v, regs, port, bytes))
        return EMULATION_REFUSED;
    io_write(v, port, bytes, (uint32_t)regs->rax);
    return after_access(v, regs, in, port);
}

/* A string instruction's memory side: one element a step. */
struct string_operand {
    uint32_t base, limit, mask; /* mask: of the address size */
    unsigned pointer, bytes;
};

static bool string_operand(struct vcpu *v, const struct cpu_regs *regs, const struct instruction *in,
                           enum segment_register segment, unsigned pointer, struct string_operand *s)
{
    uint64_t d;

    if (!segment_descriptor(v, segment_register_read(regs, segment), &d) || !(d & DESCRIPTOR_PRESENT) ||
        !(d & DESCRIPTOR_MEMORY))
        return false;
    *s = (struct string_operand){.base = descriptor_base(d),
                                 .limit = descriptor_limit(d),
                                 .mask = in->address_size == 2 ? 0xffff : 0xffffffff,
                                 .pointer = pointer,
                                 .bytes = access_bytes(in)};
    return true;
}

/* The element's linear address; false beyond the segment's limit. */
static bool element_address(const struct string_operand *s, const struct cpu_regs *regs, uint32_t *address)
{
    uint32_t offset = register_read(regs, s->pointer) & s->mask;

    *address = s->base + offset;
    return (uint64_t)offset + s->bytes - 1 <= s->limit;
}

/* One register of the address size, moved by `by`. */
static void advance(struct cpu_regs *regs, unsigned number, uint32_t mask, uint32_t by)
{
    register_write(regs, number, mask == 0xffff ? 2 : 4, register_read(regs, number) + by);
}

static enum emulation memory_fault(const struct operand_fault *f)
{
    refuse(-EFAULT, REASON_emulation_operand, 0, f->address, 0);
    inject_page_fault(f->address, f->error_code);
    return EMULATION_STAYED;
}

typedef enum emulation string_step(struct vcpu *v, bool user, unsigned port, unsigned bytes,
                                   uint32_t address);

static enum emulation ins_step(struct vcpu *v, bool user, unsigned port, unsigned bytes, uint32_t address)
{
    struct operand_fault f;
    uint32_t value = 0;

    /* The page first: a value read from a port is gone if it cannot be stored. */
    if (!operand_read(v, user, &value, address, bytes, &f) ||
        !operand_write(v, user, address, &value, bytes, &f)) {
        f.error_code |= PF_WRITE;
        return memory_fault(&f);
    }
    value = io_read(v, port, bytes);
    return operand_write(v, user, address, &value, bytes, &f) ? EMULATED : memory_fault(&f);
}

static enum emulation outs_step(struct vcpu *v, bool user, unsigned port, unsigned bytes, uint32_t address)
{
    struct operand_fault f;
    uint32_t value = 0;

    if (!operand_read(v, user, &value, address, bytes, &f))
        return memory_fault(&f);
    io_write(v, port, bytes, value);
    return EMULATED;
}

/* All repetitions, or as many as there is time for: the registers say how far it got. */
static enum emulation string_io(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in,
                                const struct string_operand *s, string_step *step)
{
    unsigned port = (uint32_t)regs->rdx & 0xffff;
    uint32_t by = regs->rflags & RFLAGS_DF ? -s->bytes : s->bytes;
    bool repeated = in->repeat != 0;
    uint32_t address;

    if (repeated && !(register_read(regs, REG_ECX) & s->mask))
        return EMULATED;
    if (!may_access(v, regs, port, s->bytes))
        return EMULATION_REFUSED;
    while (!repeated || (register_read(regs, REG_ECX) & s->mask)) {
        enum emulation result;

        if (!element_address(s, regs, &address))
            return EMULATION_REFUSED;
        result = step(v, ring3(regs), port, s->bytes, address);
        if (result != EMULATED)
            return result;
        advance(regs, s->pointer, s->mask, by);
        if (!repeated)
            break;
        advance(regs, REG_ECX, s->mask, (uint32_t)-1);
        if ((register_read(regs, REG_ECX) & s->mask) && preempt_wanted())
            return EMULATION_AGAIN;
    }
    return after_access(v, regs, in, port);
}

enum emulation emulate_ins(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    struct string_operand s;

    if (!string_operand(v, regs, in, SEG_ES, REG_EDI, &s))
        return EMULATION_REFUSED;
    return string_io(v, regs, in, &s, ins_step);
}

enum emulation emulate_outs(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    enum segment_register segment = in->segment == SEG_DEFAULT ? SEG_DS : in->segment;
    struct string_operand s;

    if (!string_operand(v, regs, in, segment, REG_ESI, &s))
        return EMULATION_REFUSED;
    return string_io(v, regs, in, &s, outs_step);
}
