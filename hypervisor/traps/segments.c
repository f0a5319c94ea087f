// SPDX-License-Identifier: MIT
#include "traps/segments.h"

#include "machine/direct_map.h"
#include "machine/segment_registers.h"
#include "traps/descriptor_tables.h"

#define FLAT_SEGMENT 0x00cf00000000ffffull /* base 0, 4 GiB, 32-bit */
#define FLAT_CODE                                                                                            \
    (FLAT_SEGMENT | DESCRIPTOR_PRESENT | DESCRIPTOR_MEMORY | DESCRIPTOR_CODE | DESCRIPTOR_WRITABLE)
#define FLAT_DATA (FLAT_SEGMENT | DESCRIPTOR_PRESENT | DESCRIPTOR_MEMORY | DESCRIPTOR_WRITABLE)

static bool reserved_descriptor(uint16_t selector, uint64_t *descriptor)
{
    static const struct {
        uint16_t selector;
        uint64_t descriptor;
    } ours[] = {
        {SEL_RING1_CS & ~7, FLAT_CODE | 1ull << DESCRIPTOR_DPL_SHIFT},
        {SEL_RING1_DS & ~7, FLAT_DATA | 1ull << DESCRIPTOR_DPL_SHIFT},
        {SEL_RING3_CS & ~7, FLAT_CODE | 3ull << DESCRIPTOR_DPL_SHIFT},
        {SEL_RING3_DS & ~7, FLAT_DATA | 3ull << DESCRIPTOR_DPL_SHIFT},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(ours); i++)
        if (ours[i].selector == (selector & ~7)) {
            *descriptor = ours[i].descriptor;
            return true;
        }
    return false;
}

bool segment_descriptor(struct vcpu *v, uint16_t selector, uint64_t *descriptor)
{
    const uint64_t *page;

    if (!(selector & ~3u))
        return false;
    if (!(selector & 4) && selector >= FIRST_RESERVED_SELECTOR)
        return reserved_descriptor(selector, descriptor);
    page = descriptor_page(v, selector & 4, selector >> PAGE_SHIFT);
    if (!page)
        return false;
    *descriptor = READ_ONCE(page[(selector & (PAGE_SIZE - 1)) >> 3]);
    return true;
}

bool segment_stack_base(struct vcpu *v, uint16_t selector, uint32_t *base)
{
    uint64_t d;

    if (likely(selector == SEL_RING1_DS)) {
        *base = 0;
        return true;
    }
    if (!segment_descriptor(v, selector, &d) || !(d & DESCRIPTOR_PRESENT) || !(d & DESCRIPTOR_MEMORY) ||
        (d & DESCRIPTOR_CODE))
        return false;
    *base = descriptor_base(d);
    return true;
}

uint16_t segment_register_read(const struct cpu_regs *regs, enum segment_register segment)
{
    switch (segment) {
    case SEG_ES: return segment_read_es();
    case SEG_CS: return (uint16_t)regs->cs;
    case SEG_SS: return (uint16_t)regs->ss;
    case SEG_FS: return segment_read_fs();
    case SEG_GS: return segment_read_gs();
    default: return segment_read_ds();
    }
}
