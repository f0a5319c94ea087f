// SPDX-License-Identifier: MIT
#include "traps/alu.h"

#include "core/regs.h"

#define ARITHMETIC (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

static uint32_t mask_of(unsigned bytes)
{
    return bytes == 4 ? 0xffffffff : (1u << bytes * 8) - 1;
}

static uint64_t result_flags(uint32_t result, unsigned bytes)
{
    uint64_t flags = 0;

    if (result == 0)
        flags |= RFLAGS_ZF;
    if (result >> (bytes * 8 - 1) & 1)
        flags |= RFLAGS_SF;
    if (!__builtin_parity(result & 0xff))
        flags |= RFLAGS_PF;
    return flags;
}

/* Carries out of bit 3, of the top bit, and a sign that changed against both operands. */
static uint64_t carry_flags(uint64_t wide, uint32_t a, uint32_t b, unsigned bytes, bool subtract)
{
    uint32_t result = (uint32_t)wide & mask_of(bytes), sign = 1u << (bytes * 8 - 1);
    uint32_t overflow = subtract ? (a ^ b) & (a ^ result) : (a ^ result) & (b ^ result);
    uint64_t flags = 0;

    if (wide >> bytes * 8 & 1)
        flags |= RFLAGS_CF;
    if ((a ^ b ^ result) & 0x10)
        flags |= RFLAGS_AF;
    if (overflow & sign)
        flags |= RFLAGS_OF;
    return flags;
}

uint32_t alu(enum alu_operation op, uint32_t a, uint32_t b, unsigned bytes, uint64_t *flags)
{
    bool with_carry = op == ALU_ADC || op == ALU_SBB;
    bool subtract = op == ALU_SUB || op == ALU_SBB || op == ALU_CMP;
    uint64_t carry = with_carry && (*flags & RFLAGS_CF), changed = 0, wide;

    a &= mask_of(bytes);
    b &= mask_of(bytes);
    switch (op) {
    case ALU_OR: wide = a | b; break;
    case ALU_AND: wide = a & b; break;
    case ALU_XOR: wide = a ^ b; break;
    default:
        wide = subtract ? (uint64_t)a - b - carry : (uint64_t)a + b + carry;
        changed = carry_flags(wide, a, b, bytes, subtract);
        break;
    }
    wide &= mask_of(bytes);
    *flags = (*flags & ~(uint64_t)ARITHMETIC) | changed | result_flags((uint32_t)wide, bytes);
    return (uint32_t)wide;
}

static uint32_t step(enum alu_operation op, uint32_t a, unsigned bytes, uint64_t *flags)
{
    uint64_t carry = *flags & RFLAGS_CF;
    uint32_t result = alu(op, a, 1, bytes, flags);

    *flags = (*flags & ~(uint64_t)RFLAGS_CF) | carry;
    return result;
}

uint32_t alu_increment(uint32_t a, unsigned bytes, uint64_t *flags)
{
    return step(ALU_ADD, a, bytes, flags);
}

uint32_t alu_decrement(uint32_t a, unsigned bytes, uint64_t *flags)
{
    return step(ALU_SUB, a, bytes, flags);
}
