// SPDX-License-Identifier: MIT
#include "traps/code_fetch.h"

#include "machine/user_copy.h"
#include "traps/segments.h"

/* What the guest's code segment says. False when the selector names no present code segment. */
struct code_segment {
    uint32_t base, limit;
    bool code32;
};

static bool code_segment_read(struct vcpu *v, const struct cpu_regs *regs, struct code_segment *code)
{
    uint64_t d;

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

/* In any segment, up to its limit and the end of what is mapped. */
static enum fetch_result RARE fetch_slowly(struct vcpu *v, const struct cpu_regs *regs,
                                           struct instruction *in, uint32_t *fault)
{
    struct code_segment code;
    uint32_t ip = (uint32_t)regs->rip, address;
    uint8_t bytes[INSTRUCTION_MAX];
    unsigned wanted, n;

    if (!code_segment_read(v, regs, &code))
        return FETCH_NO_SEGMENT;
    if (ip > code.limit)
        return FETCH_INVALID;
    address = code.base + ip;
    wanted = (unsigned)MIN((uint64_t)INSTRUCTION_MAX, (uint64_t)code.limit - ip + 1);
    n = read_bytes(address, bytes, wanted);
    switch (decode_instruction(in, bytes, n, code.code32)) {
    case DECODED: return FETCHED;
    case DECODE_MORE: *fault = address + n; return n < wanted ? FETCH_FAULTED : FETCH_INVALID;
    default: return FETCH_INVALID;
    }
}

enum fetch_result code_fetch(struct vcpu *v, const struct cpu_regs *regs, struct instruction *in,
                             uint32_t *fault)
{
    gva_t ip = gva((uint32_t)regs->rip);
    struct {
        uint64_t low, high;
    } words;

    /* The usual case: the flat kernel segment, all of it within one page, in two reads. */
    if (unlikely(regs->cs != SEL_RING1_CS) ||
        unlikely((ip.raw & (PAGE_SIZE - 1)) > PAGE_SIZE - sizeof(words)) ||
        unlikely(!guest_range_ok(ip, sizeof(words))) || unlikely(guest_load64(&words.low, ip)) ||
        unlikely(guest_load64(&words.high, gva_add(ip, 8))))
        return fetch_slowly(v, regs, in, fault);
    if (decode_system(in, (uint8_t *)&words) ||
        decode_instruction(in, (uint8_t *)&words, INSTRUCTION_MAX, true) == DECODED)
        return FETCHED;
    return FETCH_INVALID;
}
