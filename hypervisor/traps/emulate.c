// SPDX-License-Identifier: MIT
/*
 * A guest's privileged instruction raises #GP with error code 0. Those in the table below are decoded and done for it.
 * An entry says who may: the guest's kernel (ring 1) only, or anyone because the emulator decides by I/O privilege.
 */
#include "traps/emulate.h"

#include "core/why.h"
#include "traps/bounce_frame.h"
#include "traps/code_fetch.h"
#include "traps/debug_registers.h"
#include "traps/emulate_control.h"
#include "traps/emulate_io.h"
#include "traps/emulate_system.h"
#include "traps/fast_calls.h"
#include "traps/inject.h"
#include "traps/instruction_done.h"

struct entry {
    emulator *emulate;
    bool any_ring;
};

/* By opcode, of the maps of one and two bytes. */
static const struct entry entries[2 * 256] = {
    [0x6c] = {emulate_ins, true},
    [0x6d] = {emulate_ins, true},
    [0x6e] = {emulate_outs, true},
    [0x6f] = {emulate_outs, true},
    [0xe4] = {emulate_in, true},
    [0xe5] = {emulate_in, true},
    [0xe6] = {emulate_out, true},
    [0xe7] = {emulate_out, true},
    [0xec] = {emulate_in, true},
    [0xed] = {emulate_in, true},
    [0xee] = {emulate_out, true},
    [0xef] = {emulate_out, true},
    [0xf4] = {emulate_hlt, false},
    [0xfa] = {emulate_cli_sti, true},
    [0xfb] = {emulate_cli_sti, true},

    [OP2(0x01)] = {emulate_group7, true},
    [OP2(0x06)] = {emulate_clts, false},
    [OP2(0x08)] = {emulate_wbinvd, false},
    [OP2(0x09)] = {emulate_wbinvd, false},
    [OP2(0x20)] = {emulate_cr_read, false},
    [OP2(0x21)] = {emulate_debug_read, false},
    [OP2(0x22)] = {emulate_cr_write, false},
    [OP2(0x23)] = {emulate_debug_write, false},
    [OP2(0x30)] = {emulate_wrmsr, false},
    [OP2(0x31)] = {emulate_rdtsc, true},
    [OP2(0x32)] = {emulate_rdmsr, false},
    [OP2(0x34)] = {emulate_sysenter, true},
    [OP2(0xa2)] = {emulate_cpuid, true},
};

static bool finish(struct vcpu *v, struct cpu_regs *regs, const struct instruction *in, enum emulation result)
{
    if (likely(result == EMULATED)) {
        v->domain->counters.emulations++;
        instruction_done(v, regs, (uint32_t)(regs->rip + in->length));
    }
    return result != EMULATION_REFUSED;
}

bool emulate_privileged(struct vcpu *v, struct cpu_regs *regs)
{
    struct instruction in;
    const struct entry *e;
    uint32_t fault;

    switch (code_fetch(v, regs, &in, &fault)) {
    case FETCHED: break;
    case FETCH_NO_SEGMENT: return false;
    case FETCH_FAULTED: inject_page_fault(fault, PF_FETCH); return true;
    default: refuse(-EINVAL, REASON_instruction_unknown, 0, 0, regs->rip); return false;
    }
    if (unlikely(in.lock)) { /* AMD's LOCK MOV CR0, which means CR8: a register guests do not have */
        inject_exception(EXC_UD, 0);
        return true;
    }
    e = &entries[in.opcode];
    if (in.opcode >= ARRAY_SIZE(entries) || !e->emulate) {
        refuse(-EINVAL, REASON_instruction_unknown, 0, in.opcode, 0);
        return false;
    }
    if (!e->any_ring && !in_guest_kernel(regs)) {
        refuse(-EPERM, REASON_instruction_user_mode, 0, in.opcode, 0);
        return false;
    }
    return finish(v, regs, &in, e->emulate(v, regs, &in));
}
