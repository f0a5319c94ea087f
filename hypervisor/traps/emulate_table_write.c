// SPDX-License-Identifier: MIT
/*
 * The instructions by which kernels write page-table entries: MOV, MOVS, STOS, XCHG, CMPXCHG, CMPXCHG8B, XADD, bit
 * tests, and arithmetic. Each is one form below: what it stores as a function of what is there. All of them are done as a
 * compare-and-exchange with what was read, so that two processors' changes of one entry cannot be lost.
 */
#include "traps/emulate_table_write.h"

#include "core/errno.h"
#include "machine/user_copy.h"
#include "memory/writable_tables.h"
#include "traps/alu.h"
#include "traps/code_fetch.h"
#include "traps/instruction_done.h"
#include "traps/segments.h"

#define REG_EAX 0u
#define REG_ECX 1u
#define REG_ESI 6u
#define REG_EDI 7u

/* One instruction at work. `flags` become the guest's when it is done. */
struct table_write {
    struct vcpu *v;
    struct cpu_regs *regs;
    const struct instruction *in;
    mfn_t table;
    uint32_t address;
    unsigned bytes;
    uint64_t flags;
};

static uint64_t source_register(const struct table_write *w)
{
    return w->bytes == 1 ? register_read8(w->regs, w->in->reg) : register_read(w->regs, w->in->reg);
}

static void source_register_write(struct table_write *w, uint32_t value)
{
    unsigned shift = w->bytes == 1 && (w->in->reg & 4) ? 8 : 0;
    uint32_t old;

    if (w->bytes != 1) {
        register_write(w->regs, w->in->reg, w->bytes, value);
        return;
    }
    old = register_read(w->regs, w->in->reg & 3);
    register_write(w->regs, w->in->reg & 3, 4, (old & ~(0xffu << shift)) | (value & 0xff) << shift);
}

/* 8-bit immediates of wider operations are sign-extended. */
static uint32_t immediate(const struct table_write *w)
{
    return w->in->immediate_bytes == 1 ? (uint32_t)(int8_t)w->in->immediate : w->in->immediate;
}

static bool read_now(const struct table_write *w, uint64_t *value)
{
    uint32_t word;
    uint16_t half;
    uint8_t byte;
    int error;

    switch (w->bytes) {
    case 1:
        error = guest_get8(&byte, gva(w->address));
        *value = byte;
        return !error;
    case 2:
        error = guest_get16(&half, gva(w->address));
        *value = half;
        return !error;
    case 4:
        error = guest_get32(&word, gva(w->address));
        *value = word;
        return !error;
    default: return !guest_get64(value, gva(w->address));
    }
}

static bool store(const struct table_write *w, uint64_t value)
{
    return table_write(w->v, w->table, w->address, w->bytes, value, NULL) == 0;
}

/* What an instruction stores where `old` was. Sets w->flags. */
typedef uint32_t new_value(struct table_write *w, uint32_t old);

/* Reads, computes and stores until nobody came between. *before is what was replaced. */
static bool modify(struct table_write *w, new_value *compute, uint64_t *before)
{
    int error;

    if (!read_now(w, before))
        return false;
    do {
        w->flags = w->regs->rflags;
        error = table_write(w->v, w->table, w->address, w->bytes, compute(w, (uint32_t)*before), before);
    } while (error == -EAGAIN);
    return error == 0;
}

static uint32_t compute_alu_register(struct table_write *w, uint32_t old)
{
    return alu((w->in->opcode >> 3) & 7, old, (uint32_t)source_register(w), w->bytes, &w->flags);
}

static uint32_t compute_alu_immediate(struct table_write *w, uint32_t old)
{
    return alu(w->in->reg, old, immediate(w), w->bytes, &w->flags);
}

static uint32_t compute_increment(struct table_write *w, uint32_t old)
{
    return w->in->reg ? alu_decrement(old, w->bytes, &w->flags) : alu_increment(old, w->bytes, &w->flags);
}

static uint32_t compute_add(struct table_write *w, uint32_t old)
{
    return alu(ALU_ADD, old, (uint32_t)source_register(w), w->bytes, &w->flags);
}

static uint32_t compute_exchange(struct table_write *w, uint32_t old)
{
    return (uint32_t)source_register(w);
}

/* BTS, BTR, BTC: bits 4 and 3 of the second opcode byte, or the low two of the group's reg. */
enum bit_operation { BIT_TEST, BIT_SET, BIT_RESET, BIT_COMPLEMENT };

static uint32_t bit_change(struct table_write *w, uint32_t old, enum bit_operation op, unsigned number)
{
    uint32_t bit = 1u << (number & (8 * w->bytes - 1));

    w->flags &= ~(uint64_t)RFLAGS_CF;
    if (old & bit)
        w->flags |= RFLAGS_CF;
    return op == BIT_SET ? old | bit : op == BIT_RESET ? old & ~bit : old ^ bit;
}

static uint32_t compute_bit(struct table_write *w, uint32_t old)
{
    if (w->in->opcode == OP2(0xba))
        return bit_change(w, old, w->in->reg & 3, w->in->immediate);
    return bit_change(w, old, (w->in->opcode >> 3) & 3, (uint32_t)source_register(w));
}

static bool exchange(struct table_write *w)
{
    uint64_t old;

    if (!modify(w, compute_exchange, &old))
        return false;
    source_register_write(w, (uint32_t)old);
    return true;
}

static bool exchange_and_add(struct table_write *w)
{
    uint64_t old;

    if (!modify(w, compute_add, &old))
        return false;
    source_register_write(w, (uint32_t)old);
    return true;
}

/* Sets ZF when the entry was as expected; else loads what it is. */
static bool compare_exchange(struct table_write *w)
{
    uint64_t mask = ~0ull >> (64 - 8 * w->bytes), expected = w->regs->rax & mask, old = expected;
    int error = table_write(w->v, w->table, w->address, w->bytes, source_register(w) & mask, &old);

    if (error && error != -EAGAIN)
        return false;
    w->flags = w->regs->rflags;
    alu(ALU_CMP, (uint32_t)expected, (uint32_t)old, w->bytes, &w->flags);
    if (error && w->bytes == 1)
        w->regs->rax = (w->regs->rax & ~0xffull) | (old & 0xff);
    else if (error)
        register_write(w->regs, REG_EAX, w->bytes, (uint32_t)old);
    return true;
}

static bool compare_exchange_8_bytes(struct table_write *w)
{
    struct cpu_regs *r = w->regs;
    uint64_t old = (uint32_t)r->rax | r->rdx << 32, next = (uint32_t)r->rbx | r->rcx << 32;
    int error;

    w->bytes = 8;
    error = table_write(w->v, w->table, w->address, 8, next, &old);
    if (error && error != -EAGAIN)
        return false;
    w->flags = error ? r->rflags & ~(uint64_t)RFLAGS_ZF : r->rflags | RFLAGS_ZF;
    if (error) {
        r->rax = (uint32_t)old;
        r->rdx = old >> 32;
    }
    return true;
}

static void advance(const struct table_write *w, unsigned number)
{
    uint32_t by = w->regs->rflags & RFLAGS_DF ? -w->bytes : w->bytes;

    register_write(w->regs, number, 4, register_read(w->regs, number) + by);
}

/* One element a time: a repeated one is executed again, with ECX one less. */
static bool store_string(struct table_write *w, uint64_t value, bool *again)
{
    if (!store(w, value))
        return false;
    advance(w, REG_EDI);
    if (w->in->repeat) {
        register_write(w->regs, REG_ECX, 4, register_read(w->regs, REG_ECX) - 1);
        *again = register_read(w->regs, REG_ECX) != 0;
    }
    return true;
}

/* MOVS. The processor had read the source before it faulted on the table, so it is there but for a race. */
static bool move_string(struct table_write *w, bool *again)
{
    enum segment_register segment = w->in->segment == SEG_DEFAULT ? SEG_DS : w->in->segment;
    uint16_t selector = segment_register_read(w->regs, segment);
    uint32_t base = 0;
    uint64_t d, value = 0;

    if (!selector_is_flat(selector)) {
        if (!segment_descriptor(w->v, selector, &d))
            return false;
        base = descriptor_base(d);
    }
    if (copy_from_guest(&value, gva(base + register_read(w->regs, REG_ESI)), w->bytes) ||
        !store_string(w, value, again))
        return false;
    advance(w, REG_ESI);
    return true;
}

static bool modify_only(struct table_write *w, new_value *compute)
{
    uint64_t old;

    return modify(w, compute, &old);
}

static bool execute_two_byte(struct table_write *w)
{
    switch (w->in->opcode & 0xff) {
    case 0xab:                                  /* BTS */
    case 0xb3:                                  /* BTR */
    case 0xbb:                                  /* BTC */
        if (source_register(w) >= 8 * w->bytes) /* then the bit is in another word */
            return false;
        return modify_only(w, compute_bit);
    case 0xba: return w->in->reg > 4 && modify_only(w, compute_bit);
    case 0xb0:
    case 0xb1: return compare_exchange(w);
    case 0xc0:
    case 0xc1: return exchange_and_add(w);
    case 0xc3: /* MOVNTI */ return store(w, source_register(w));
    case 0xc7: return w->in->reg == 1 && compare_exchange_8_bytes(w);
    default: return false;
    }
}

static bool execute(struct table_write *w, bool *again)
{
    uint16_t opcode = w->in->opcode;

    if (opcode & MAP_TWO)
        return execute_two_byte(w);
    if (opcode < 0x38 && (opcode & 7) < 2) /* ADD to XOR with a register; CMP does not write */
        return modify_only(w, compute_alu_register);
    switch (opcode) {
    case 0x80:
    case 0x81:
    case 0x83: return w->in->reg != ALU_CMP && modify_only(w, compute_alu_immediate);
    case 0x86:
    case 0x87: return exchange(w);
    case 0x88:
    case 0x89: return store(w, source_register(w));
    case 0xa2:
    case 0xa3: /* MOV to an absolute address */
        return store(w, w->regs->rax & (~0ull >> (64 - 8 * w->bytes)));
    case 0xa4:
    case 0xa5: return move_string(w, again);
    case 0xaa:
    case 0xab: return store_string(w, w->regs->rax & (~0ull >> (64 - 8 * w->bytes)), again);
    case 0xc6:
    case 0xc7: return w->in->reg == 0 && store(w, w->in->immediate);
    case 0xfe:
    case 0xff: return w->in->reg < 2 && modify_only(w, compute_increment);
    default: return false;
    }
}

static bool is_string_store(const struct instruction *in)
{
    return in->opcode == 0xaa || in->opcode == 0xab || in->opcode == 0xa4 || in->opcode == 0xa5;
}

/* Where the instruction writes must be where the fault was: page tables are reached through 32-bit addresses. */
static bool writes_to(struct vcpu *v, const struct cpu_regs *regs, const struct instruction *in,
                      uint32_t address)
{
    bool string = is_string_store(in), absolute = in->opcode == 0xa2 || in->opcode == 0xa3;
    enum segment_register segment = string ? SEG_ES : operand_segment(in);
    uint32_t offset = string ? register_read(regs, REG_EDI) : operand_offset(in, regs);
    uint16_t selector = segment_register_read(regs, segment);
    uint64_t d;

    if (!string && !absolute && (!in->has_modrm || in->mod == 3))
        return false;
    if (in->address_size != 4)
        return false;
    if (selector_is_flat(selector))
        return offset == address;
    return segment_descriptor(v, selector, &d) && descriptor_base(d) + offset == address;
}

bool emulate_table_write(struct vcpu *v, struct cpu_regs *regs, uint32_t address, mfn_t table)
{
    struct instruction in;
    struct table_write w;
    uint32_t fault;
    bool again = false;

    if (code_fetch(v, regs, &in, &fault) != FETCHED || !writes_to(v, regs, &in, address))
        return false;
    w = (struct table_write){.v = v,
                             .regs = regs,
                             .in = &in,
                             .table = table,
                             .address = address,
                             .bytes = in.opcode & 1 || in.opcode == OP2(0xba) ? in.operand_size : 1,
                             .flags = regs->rflags};
    if (!execute(&w, &again))
        return false;
    regs->rflags = w.flags;
    if (!again)
        instruction_done(v, regs, (uint32_t)(regs->rip + in.length));
    return true;
}
