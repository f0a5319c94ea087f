// SPDX-License-Identifier: MIT
/* Structure offsets for assembly. The build compiles this to text and turns each "->NAME value" into a #define. */
#include "core/cpu.h"
#include "core/hypercall.h"

#define OFFSET(name, type, member)                                                                           \
    __asm__ volatile("\n.ascii \"->" #name " %c0\"" : : "i"(__builtin_offsetof(type, member)))
#define CONSTANT(name, value) __asm__ volatile("\n.ascii \"->" #name " %c0\"" : : "i"(value))

void asm_offsets(void);

void asm_offsets(void)
{
    OFFSET(REGS_rax, struct cpu_regs, rax);
    OFFSET(REGS_rbx, struct cpu_regs, rbx);
    OFFSET(REGS_rip, struct cpu_regs, rip);
    OFFSET(REGS_cs, struct cpu_regs, cs);
    CONSTANT(REGS_SIZE, sizeof(struct cpu_regs));
    OFFSET(CPU_current, struct cpu, current);
    OFFSET(CPU_hypercall_table, struct cpu, hypercall_table);
    OFFSET(CPU_upcall, struct cpu, upcall);
    OFFSET(CPU_pending, struct cpu, pending);
    OFFSET(CPU_hypercalls, struct cpu, hypercalls);
    CONSTANT(CPU_AREA_SIZE_ASM, CPU_AREA_SIZE);
    CONSTANT(CPU_BLOCK_OFFSET_ASM, CPU_BLOCK_OFFSET);
    CONSTANT(ENTRY_STUB_SIZE, 32);
    CONSTANT(HYPERCALL_TABLE_SIZE, HYPERCALL_COUNT);
}
