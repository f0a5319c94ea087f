// SPDX-License-Identifier: MIT
/*
 * Call gates of a 32-bit guest, Intel SDM volume 3, section 5.8.3 and CALL in volume 2. A gate's own DPL lies in its
 * target selector's RPL (descriptors.c). In order:
 *
 * 1. the gate: its privilege, presence and parameter count;
 * 2. the instruction: a far call or jump whose selector is the gate's, with RPL allowed by the gate;
 * 3. the target: a code segment the caller may enter so, present, the offset within it;
 * 4. a call pushes the return address: on the same stack, or on the kernel's with the old stack pointer and the parameters
 *    beneath it. Only ring 1 has a known inner stack.
 */
#include "traps/call_gate.h"

#include "core/why.h"
#include "traps/code_fetch.h"
#include "traps/inject.h"
#include "traps/instruction_done.h"
#include "traps/operand_memory.h"
#include "traps/segments.h"

#define OPCODE_CALL_FAR 0x9au
#define OPCODE_JMP_FAR 0xeau
#define OPCODE_GROUP5 0xffu
#define GROUP5_CALL_FAR 3u
#define GROUP5_JMP_FAR 5u
#define GATE_PARAMETERS 0x1fu

struct gate {
    uint32_t offset;
    uint16_t target;
    unsigned dpl, parameters;
};

/* The exception to deliver instead; `address` is a page fault's. */
struct failure {
    unsigned vector;
    uint32_t error_code;
    uint32_t address;
};

static bool fail(struct failure *f, unsigned vector, uint32_t error_code)
{
    *f = (struct failure){.vector = vector, .error_code = error_code};
    return false;
}

static bool fail_access(struct failure *f, const struct operand_fault *fault)
{
    *f = (struct failure){.vector = EXC_PF, .error_code = fault->error_code, .address = fault->address};
    return false;
}

static unsigned ring_of(const struct cpu_regs *regs)
{
    return regs->cs & 3;
}

static bool is_code(uint64_t d)
{
    return (d & DESCRIPTOR_MEMORY) && (d & DESCRIPTOR_CODE);
}

static bool is_stack(uint64_t d)
{
    return (d & DESCRIPTOR_MEMORY) && !(d & DESCRIPTOR_CODE) && (d & DESCRIPTOR_WRITABLE);
}

/* Step 1. */
static bool gate_read(struct vcpu *v, const struct cpu_regs *regs, struct gate *g, struct failure *f)
{
    uint64_t d;

    if (!segment_descriptor(v, (uint16_t)regs->error_code, &d) || (d & DESCRIPTOR_MEMORY) ||
        (d & DESCRIPTOR_TYPE) != DESCRIPTOR_CALL_GATE)
        return fail(f, EXC_GP, regs->error_code);
    *g = (struct gate){.offset = (uint32_t)(d & 0xffff) | (uint32_t)(d >> 32 & 0xffff0000),
                       .target = (uint16_t)(d >> 16) & (uint16_t)~3u,
                       .dpl = (unsigned)(d >> 16) & 3,
                       .parameters = (unsigned)(d >> 32) & GATE_PARAMETERS};
    if (g->dpl < ring_of(regs))
        return fail(f, EXC_GP, regs->error_code);
    if (!(d & DESCRIPTOR_PRESENT))
        return fail(f, EXC_NP, regs->error_code);
    return true;
}

/* The selector of a memory operand, behind its offset. */
static bool read_far_selector(struct vcpu *v, const struct cpu_regs *regs, const struct instruction *in,
                              uint16_t *selector, struct failure *f)
{
    enum segment_register segment = operand_segment(in);
    uint32_t offset = operand_offset(in, regs) + in->operand_size;
    uint16_t loaded = segment_register_read(regs, segment);
    struct operand_fault fault;
    uint64_t d;

    if (!segment_descriptor(v, loaded, &d) || !(d & DESCRIPTOR_PRESENT) || !(d & DESCRIPTOR_MEMORY) ||
        (uint64_t)offset + 1 > descriptor_limit(d))
        return fail(f, segment == SEG_SS ? EXC_SS : EXC_GP, 0);
    return operand_read(v, ring3(regs), selector, descriptor_base(d) + offset, sizeof(*selector), &fault) ||
           fail_access(f, &fault);
}

/* Step 2: the selector used, whether it is a call, and where the next instruction is. */
static bool instruction_read(struct vcpu *v, const struct cpu_regs *regs, const struct gate *g, bool *is_call,
                             unsigned *length, struct failure *f)
{
    struct instruction in;
    uint16_t selector;
    uint32_t address;

    switch (code_fetch(v, regs, &in, &address)) {
    case FETCHED: break;
    case FETCH_FAULTED: return fail_access(f, &(struct operand_fault){address, PF_FETCH});
    default: return fail(f, EXC_GP, regs->error_code);
    }
    if (in.opcode == OPCODE_CALL_FAR || in.opcode == OPCODE_JMP_FAR) {
        selector = in.far_selector;
        *is_call = in.opcode == OPCODE_CALL_FAR;
    } else if (in.opcode == OPCODE_GROUP5 && in.mod != 3 &&
               (in.reg == GROUP5_CALL_FAR || in.reg == GROUP5_JMP_FAR)) {
        if (!read_far_selector(v, regs, &in, &selector, f))
            return false;
        *is_call = in.reg == GROUP5_CALL_FAR;
    } else {
        return fail(f, EXC_GP, regs->error_code);
    }
    *length = in.length;
    if ((selector & ~3u) != (regs->error_code & ~3u) || g->dpl < (selector & 3u))
        return fail(f, EXC_GP, regs->error_code);
    return true;
}

/* Step 3. A call may go inward; a jump, or a call of a conforming segment, stays in its ring. */
static bool target_read(struct vcpu *v, const struct cpu_regs *regs, const struct gate *g, bool is_call,
                        unsigned *ring, struct failure *f)
{
    unsigned dpl;
    uint64_t d;

    if (!segment_descriptor(v, g->target, &d) || !is_code(d))
        return fail(f, EXC_GP, g->target);
    dpl = descriptor_dpl(d);
    if (is_call || (d & DESCRIPTOR_CONFORMING) ? dpl > ring_of(regs) : dpl != ring_of(regs))
        return fail(f, EXC_GP, g->target);
    if (!(d & DESCRIPTOR_PRESENT))
        return fail(f, EXC_NP, g->target);
    if (g->offset > descriptor_limit(d))
        return fail(f, EXC_GP, 0);
    *ring = is_call && !(d & DESCRIPTOR_CONFORMING) ? dpl : ring_of(regs);
    return true;
}

/* A stack that grows down by what is pushed; its words go to base + sp. */
struct far_stack {
    const struct vcpu *vcpu;
    uint32_t base, sp;
    uint16_t ss;
    bool user; /* written with ring 3's rights */
};

/* `bytes` below sp lie within the segment: above the limit where it expands down, below it otherwise. */
static bool stack_has_room(uint64_t d, uint32_t sp, uint32_t bytes)
{
    uint32_t limit = descriptor_limit(d), lowest = sp - bytes, highest = sp - 1;

    if (lowest > highest)
        return false;
    if (d & DESCRIPTOR_CONFORMING) /* of a data segment: expands down */
        return lowest > limit && ((d & DESCRIPTOR_BIG) || highest <= 0xffff);
    return highest <= limit;
}

static bool push(struct far_stack *s, uint32_t word, struct failure *f)
{
    struct operand_fault fault;

    s->sp -= 4;
    return operand_write(s->vcpu, s->user, s->base + s->sp, &word, sizeof(word), &fault) ||
           fail_access(f, &fault);
}

static bool inner_stack(struct vcpu *v, unsigned ring, unsigned bytes, struct far_stack *s, struct failure *f)
{
    uint16_t ss = v->kernel_ss;
    uint64_t d;

    if ((ss & 3) != ring || !segment_descriptor(v, ss, &d) || descriptor_dpl(d) != ring || !is_stack(d))
        return fail(f, EXC_TS, ss & ~3u);
    if (!(d & DESCRIPTOR_PRESENT) || !stack_has_room(d, (uint32_t)v->kernel_sp, bytes))
        return fail(f, EXC_SS, ss & ~3u);
    *s = (struct far_stack){v, descriptor_base(d), (uint32_t)v->kernel_sp, ss, false};
    return true;
}

/* Parameters keep their order: the last one pushed by the caller, at its stack pointer, ends lowest. */
static bool copy_parameters(struct vcpu *v, const struct cpu_regs *regs, unsigned count, struct far_stack *s,
                            struct failure *f)
{
    uint32_t base, word;

    if (count == 0)
        return true;
    if (!segment_stack_base(v, (uint16_t)regs->ss, &base))
        return fail(f, EXC_GP, 0);
    while (count-- > 0) {
        struct operand_fault fault;

        if (!operand_read(v, ring3(regs), &word, base + (uint32_t)regs->rsp + count * 4, sizeof(word),
                          &fault))
            return fail_access(f, &fault);
        if (!push(s, word, f))
            return false;
    }
    return true;
}

/* Step 4: the stack as the called code finds it. */
static bool push_return(struct vcpu *v, const struct cpu_regs *regs, const struct gate *g, unsigned ring,
                        uint32_t next_ip, struct far_stack *s, struct failure *f)
{
    if (ring < ring_of(regs)) {
        if (ring != guest_kernel_ring(v->domain))
            return fail(f, EXC_GP, regs->error_code);
        if (!inner_stack(v, ring, (4 + g->parameters) * 4, s, f) || !push(s, (uint16_t)regs->ss, f) ||
            !push(s, (uint32_t)regs->rsp, f) || !copy_parameters(v, regs, g->parameters, s, f))
            return false;
    } else {
        uint64_t d;

        if (!segment_descriptor(v, (uint16_t)regs->ss, &d) || !is_stack(d))
            return fail(f, EXC_GP, 0);
        if (!stack_has_room(d, (uint32_t)regs->rsp, 8))
            return fail(f, EXC_SS, 0);
        *s = (struct far_stack){v, descriptor_base(d), (uint32_t)regs->rsp, (uint16_t)regs->ss, ring3(regs)};
    }
    return push(s, (uint16_t)regs->cs, f) && push(s, next_ip, f);
}

static bool use_gate(struct vcpu *v, struct cpu_regs *regs, struct failure *f)
{
    struct gate g;
    struct far_stack s;
    unsigned length, ring;
    bool is_call;

    if (!gate_read(v, regs, &g, f) || !instruction_read(v, regs, &g, &is_call, &length, f) ||
        !target_read(v, regs, &g, is_call, &ring, f))
        return false;
    if (is_call) {
        if (!push_return(v, regs, &g, ring, (uint32_t)regs->rip + length, &s, f))
            return false;
        regs->rsp = s.sp;
        regs->ss = s.ss;
    }
    regs->cs = g.target | ring;
    instruction_done(v, regs, g.offset);
    return true;
}

bool call_gate(struct vcpu *v, struct cpu_regs *regs)
{
    struct failure f;

    if (use_gate(v, regs, &f))
        return true;
    if (f.vector == EXC_GP && f.error_code == regs->error_code)
        return false;
    refuse(-EINVAL, REASON_call_gate, 0, regs->error_code, 0);
    if (f.vector == EXC_PF)
        inject_page_fault(f.address, f.error_code);
    else
        inject_exception(f.vector, f.error_code);
    return true;
}
