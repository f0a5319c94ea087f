// SPDX-License-Identifier: MIT
#include "traps/code_fetch.h"

#include "machine/user_copy.h"
#include "traps/segments.h"

bool code_segment_read(struct vcpu *v, const struct cpu_regs *regs, struct code_segment *code)
{
    uint64_t d;

    if (likely(regs->cs == SEL_RING1_CS)) {
        *code = (struct code_segment){0, 0xffffffff, true};
        return true;
    }
    if (!segment_descriptor(v, (uint16_t)regs->cs, &d) || !(d & DESCRIPTOR_PRESENT) ||
        !(d & DESCRIPTOR_MEMORY) || !(d & DESCRIPTOR_CODE))
        return false;
    *code = (struct code_segment){descriptor_base(d), descriptor_limit(d), d & DESCRIPTOR_BIG};
    return true;
}

/* Bytes [address, address + n) as far as they can be read; the page boundary is the only place to stop at. */
static unsigned read_bytes(uint32_t address, uint8_t *bytes, unsigned n)
{
    unsigned in_page = PAGE_SIZE - (address & (PAGE_SIZE - 1));

    if (!copy_from_guest(bytes, gva(address), n))
        return n;
    if (in_page < n && !copy_from_guest(bytes, gva(address), in_page))
        return in_page;
    return 0;
}

enum fetch_result code_fetch(const struct code_segment *code, const struct cpu_regs *regs,
                             struct instruction *in, uint32_t *fault)
{
    uint32_t ip = (uint32_t)regs->rip, address = code->base + ip;
    union {
        uint64_t words[2];
        uint8_t bytes[16];
    } read;
    unsigned wanted = INSTRUCTION_MAX, n = 0;

    if (ip > code->limit)
        return FETCH_INVALID;
    wanted = (unsigned)MIN(wanted, (uint64_t)code->limit - ip + 1);
    /* The usual case: all of it within one page, in two reads. */
    if (likely((address & (PAGE_SIZE - 1)) <= PAGE_SIZE - 16 && wanted == INSTRUCTION_MAX) &&
        likely(!guest_get64(&read.words[0], gva(address)) &&
               !guest_get64(&read.words[1], gva_add(gva(address), 8))))
        n = INSTRUCTION_MAX;
    else
        n = read_bytes(address, read.bytes, wanted);
    switch (decode_instruction(in, read.bytes, n, code->code32)) {
    case DECODED: return FETCHED;
    case DECODE_MORE: *fault = address + n; return n < wanted ? FETCH_FAULTED : FETCH_INVALID;
    default: return FETCH_INVALID;
    }
}
