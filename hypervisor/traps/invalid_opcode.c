// SPDX-License-Identifier: MIT
/*
 * The forced-emulation prefix is UD2 and the letters "xen"; only CPUID may follow. It works in every ring. The instruction
 * pointer counts as a linear address for it, as in the reference.
 */
#include "traps/invalid_opcode.h"

#include "machine/user_copy.h"
#include "traps/emulate_system.h"
#include "traps/fast_calls.h"
#include "traps/inject.h"
#include "traps/instruction_done.h"

#define FORCED_CPUID 0x00a20f6e65780b0full /* 0f 0b 'x' 'e' 'n' 0f a2, read as a little-endian number */
#define FORCED_LENGTH 7u
#define FORCED_MASK 0x00ffffffffffffffull
#define UD2_BYTES 0x0b0fu
#define SYSCALL_BYTES 0x050fu
#define SYSENTER_BYTES 0x340fu
#define SYSRET_BYTES 0x070fu

/* The next bytes, as a little-endian number: eight, or as many as the page has when the next one is not there. */
static uint64_t bytes_at(gva_t ip)
{
    uint64_t bytes;
    unsigned in_page = PAGE_SIZE - (ip.raw & (PAGE_SIZE - 1));

    if (unlikely(guest_get64(&bytes, ip)) && in_page < sizeof(bytes))
        (void)copy_from_guest(&bytes, ip, in_page);
    return bytes;
}

static enum emulation emulate(struct vcpu *v, struct cpu_regs *regs, uint16_t first_bytes)
{
    static const struct instruction two_bytes = {.length = 2};

    switch (first_bytes) {
    case SYSCALL_BYTES: return emulate_syscall(v, regs, &two_bytes);
    case SYSENTER_BYTES: return emulate_sysenter(v, regs, &two_bytes);
    case SYSRET_BYTES: /* privileged where it exists, and guests are told that it does */
        inject_exception(EXC_GP, 0);
        return EMULATION_STAYED;
    default: return EMULATION_REFUSED;
    }
}

void invalid_opcode(struct vcpu *v, struct cpu_regs *regs)
{
    gva_t ip = gva((uint32_t)regs->rip);
    uint64_t bytes = bytes_at(ip);

    if ((bytes & FORCED_MASK) == FORCED_CPUID) {
        emulate_cpuid(v, regs, NULL);
        instruction_done(v, regs, (uint32_t)ip.raw + FORCED_LENGTH);
    } else if ((uint16_t)bytes == UD2_BYTES || emulate(v, regs, (uint16_t)bytes) != EMULATION_STAYED) {
        inject_exception(EXC_UD, 0);
    }
}
