// SPDX-License-Identifier: MIT
/*
 * A long operation stops where it stands, and the guest makes the call again with new arguments: its instruction
 * pointer is put back onto `int $0x82` (two bytes, CD 82). In between, interrupts, upcalls and other vCPUs run.
 */
#include "hypercalls/continuation.h"

#include "core/hypercall.h"
#include "core/log.h"
#include "machine/percpu.h"

#define INT_82_BYTES 2

static void set_registers(struct cpu_regs *regs, unsigned count, const uint64_t args[])
{
    uint64_t *const slots[] = {&regs->rbx, &regs->rcx, &regs->rdx, &regs->rsi, &regs->rdi, &regs->rbp};

    for (unsigned i = 0; i < count; i++)
        *slots[i] = args[i];
}

long hypercall_continue(uint32_t nr, unsigned count, const uint64_t args[])
{
    struct vcpu *v = current_vcpu();
    struct cpu_regs *regs = guest_regs();

    INVARIANT(count <= 6);
    v->domain->counters.continuations++;
    if (v->in_multicall) {
        v->in_multicall = MULTICALL_CONTINUE;
        v->multicall_nr = nr;
        v->multicall_arg_count = (uint8_t)count;
        for (unsigned i = 0; i < count; i++)
            v->multicall_args[i] = args[i];
        return 0;
    }
    regs->rip -= INT_82_BYTES;
    set_registers(regs, count, args);
    return nr;
}
