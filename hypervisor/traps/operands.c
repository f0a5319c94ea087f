// SPDX-License-Identifier: MIT
/* Registers and addresses of a decoded instruction. */
#include "traps/decode.h"

static const uint8_t register_offset[8] = {
    offsetof(struct cpu_regs, rax), offsetof(struct cpu_regs, rcx), offsetof(struct cpu_regs, rdx),
    offsetof(struct cpu_regs, rbx), offsetof(struct cpu_regs, rsp), offsetof(struct cpu_regs, rbp),
    offsetof(struct cpu_regs, rsi), offsetof(struct cpu_regs, rdi),
};
_Static_assert(sizeof(struct cpu_regs) <= 256, "offsets fit a byte");

static uint64_t *register_of(struct cpu_regs *regs, unsigned number)
{
    return (uint64_t *)((char *)regs + register_offset[number & 7]);
}

uint32_t register_read(const struct cpu_regs *regs, unsigned number)
{
    return (uint32_t) * (const uint64_t *)((const char *)regs + register_offset[number & 7]);
}

void register_write(struct cpu_regs *regs, unsigned number, unsigned size, uint32_t value)
{
    uint64_t *reg = register_of(regs, number);

    *reg = size == 2 ? (*reg & ~0xffffull) | (value & 0xffff) : value;
}

uint8_t register_read8(const struct cpu_regs *regs, unsigned number)
{
    return (uint8_t)(register_read(regs, number & 3) >> (number & 4 ? 8 : 0));
}

uint32_t operand_offset(const struct instruction *in, const struct cpu_regs *regs)
{
    uint32_t offset = in->displacement;

    if (in->base >= 0)
        offset += register_read(regs, (unsigned)in->base);
    if (in->index >= 0)
        offset += register_read(regs, (unsigned)in->index) << in->scale;
    return in->address_size == 2 ? offset & 0xffff : offset;
}

enum segment_register operand_segment(const struct instruction *in)
{
    if (in->segment != SEG_DEFAULT)
        return in->segment;
    return in->base == 4 || in->base == 5 ? SEG_SS : SEG_DS; /* ESP or EBP, BP in 16-bit addressing */
}
