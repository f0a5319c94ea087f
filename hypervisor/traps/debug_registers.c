// SPDX-License-Identifier: MIT
/*
 * Intel SDM volume 3, section 17.2. The guest may set any breakpoint address: 32 bits do not reach ring 0's memory, and
 * a watchpoint on memory that ring 0 copies makes a #DB there that is dropped. General detect is refused: it would make
 * ring 0 itself trap. DR4 and DR5 are DR6 and DR7 unless CR4.DE is set.
 */
#include "traps/debug_registers.h"

#include "core/why.h"
#include "machine/cpu.h"
#include "machine/percpu.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

#define DR6_INITIAL 0xffff0ff0u
#define DR6_RESERVED_ONES 0xffff0ff0u
#define DR6_RESERVED_ZEROS 0x00001000u
#define DR7_INITIAL 0x00000400u
#define DR7_RESERVED_ONES 0x00000400u
#define DR7_RESERVED_ZEROS 0x0000d800u
#define DR7_GENERAL_DETECT (1u << 13)
#define DR7_ENABLED 0xffu /* local and global enable bits of the four breakpoints */
#define IO_ENABLES 5      /* v->debug[5] */
#define KIND_IO 2u

void debug_init(struct vcpu *v)
{
    v->debug[6] = DR6_INITIAL;
    v->debug[7] = DR7_INITIAL;
}

void debug_load(const struct vcpu *v)
{
    if (!(v->debug[7] & DR7_ENABLED)) {
        debug_write(7, DR7_INITIAL);
        return;
    }
    for (unsigned i = 0; i < 4; i++)
        debug_write(i, v->debug[i]);
    debug_write(6, DR6_INITIAL);
    debug_write(7, v->debug[7]);
}

void debug_exception(struct vcpu *v, struct cpu_regs *regs)
{
    uint32_t now = (uint32_t)debug_read(6);

    v->debug[6] |= now & ~DR6_INITIAL;
    v->debug[6] &= now | ~DR6_INITIAL;
    debug_write(6, DR6_INITIAL);
    inject_exception(EXC_DB, 0);
}

static unsigned breakpoint_kind(uint32_t dr7, unsigned i)
{
    return dr7 >> (16 + 4 * i) & 3;
}

static unsigned breakpoint_bytes(uint32_t dr7, unsigned i)
{
    static const uint8_t bytes[4] = {1, 2, 8, 4};

    return bytes[dr7 >> (18 + 4 * i) & 3];
}

uint32_t debug_io_match(const struct vcpu *v, unsigned port, unsigned bytes)
{
    uint32_t hit = 0;

    if (likely(!v->debug[IO_ENABLES]))
        return 0;
    for (unsigned i = 0; i < 4; i++) {
        unsigned length = breakpoint_bytes((uint32_t)v->debug[7], i);
        uint64_t start = v->debug[i] & ~(uint64_t)(length - 1);

        if ((v->debug[IO_ENABLES] >> (2 * i) & 3) && port < start + length && start < (uint64_t)port + bytes)
            hit |= 1u << i;
    }
    return hit;
}

static int dr7_set(struct vcpu *v, uint32_t value)
{
    uint32_t io = 0;

    value = (value & ~DR7_RESERVED_ZEROS) | DR7_RESERVED_ONES;
    if (value & DR7_GENERAL_DETECT)
        return refuse(-EPERM, REASON_debug_control, 0, value, 0);
    for (unsigned i = 0; (value & DR7_ENABLED) && i < 4; i++)
        if (breakpoint_kind(value, i) == KIND_IO) {
            if (!(v->cr4 & CR4_DE)) /* then this kind is reserved */
                return refuse(-EPERM, REASON_debug_control, 0, value, 0);
            io |= value & 3u << (2 * i);
        }
    v->debug[IO_ENABLES] = io;
    v->debug[7] = value & ~io;
    if (v == current_vcpu())
        debug_load(v);
    return 0;
}

int debug_set(struct vcpu *v, unsigned number, uint32_t value)
{
    if ((number == 4 || number == 5) && !(v->cr4 & CR4_DE))
        number += 2;
    switch (number) {
    case 0:
    case 1:
    case 2:
    case 3:
        v->debug[number] = value;
        if (v == current_vcpu())
            debug_write(number, value);
        return 0;
    case 6: v->debug[6] = (value & ~DR6_RESERVED_ZEROS) | DR6_RESERVED_ONES; return 0;
    case 7: return dr7_set(v, value);
    default: return refuse(-ENODEV, REASON_debug_register, 0, number, 0);
    }
}

static bool debug_get(const struct vcpu *v, unsigned number, uint32_t *value)
{
    if ((number == 4 || number == 5) && !(v->cr4 & CR4_DE))
        number += 2;
    if (number > 7 || number == 4 || number == 5) {
        refuse(-ENODEV, REASON_debug_register, 0, number, 0);
        return false;
    }
    *value = (uint32_t)v->debug[number];
    if (number == 7)
        *value |= (uint32_t)v->debug[IO_ENABLES];
    return true;
}

long hypercall_set_debugreg(uint64_t number, uint64_t value)
{
    return debug_set(current_vcpu(), (uint32_t)number, (uint32_t)value);
}

long hypercall_get_debugreg(uint64_t number)
{
    uint32_t value;

    return debug_get(current_vcpu(), (uint32_t)number, &value) ? (long)value : -ENODEV;
}

static enum emulation undefined(void)
{
    inject_exception(EXC_UD, 0);
    return EMULATION_STAYED;
}

enum emulation emulate_debug_read(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    uint32_t value;

    if (!debug_get(v, in->reg, &value))
        return undefined();
    register_write(regs, in->rm, 4, value);
    return EMULATED;
}

enum emulation emulate_debug_write(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in)
{
    int error = debug_set(v, in->reg, register_read(regs, in->rm));

    if (error == -ENODEV)
        return undefined();
    return error ? EMULATION_REFUSED : EMULATED;
}
