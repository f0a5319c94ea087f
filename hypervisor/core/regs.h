// SPDX-License-Identifier: MIT
/*
 * The registers of a guest as every entry into ring 0 leaves them on the stack. entry.S pushes this layout;
 * asm_offsets.c exports it. A 32-bit guest has no r8 to r15: its entries leave those slots unwritten and its
 * exits do not load them.
 */
#ifndef RINGLET_CORE_REGS_H
#define RINGLET_CORE_REGS_H

#include <stdint.h>

struct cpu_regs {
    uint64_t r15, r14, r13, r12;
    uint64_t rbp, rbx;
    uint64_t r11, r10, r9, r8;
    uint64_t rax, rcx, rdx, rsi, rdi;
    uint32_t error_code; /* as the processor pushed it, or 0 */
    uint32_t vector;     /* which gate was taken */
    uint64_t rip;
    uint64_t cs; /* only the low 16 bits mean anything */
    uint64_t rflags;
    uint64_t rsp;
    uint64_t ss;
};

#define RFLAGS_CF 0x00000001u
#define RFLAGS_FIXED 0x00000002u /* bit 1 always reads 1 */
#define RFLAGS_PF 0x00000004u
#define RFLAGS_AF 0x00000010u
#define RFLAGS_ZF 0x00000040u
#define RFLAGS_SF 0x00000080u
#define RFLAGS_TF 0x00000100u
#define RFLAGS_IF 0x00000200u
#define RFLAGS_DF 0x00000400u
#define RFLAGS_OF 0x00000800u
#define RFLAGS_IOPL 0x00003000u
#define RFLAGS_NT 0x00004000u
#define RFLAGS_RF 0x00010000u
#define RFLAGS_VM 0x00020000u
#define RFLAGS_AC 0x00040000u
#define RFLAGS_VIF 0x00080000u
#define RFLAGS_VIP 0x00100000u
#define RFLAGS_ID 0x00200000u

/* Exceptions, Intel SDM volume 3, table 6-1. */
enum exception {
    EXC_DE = 0,
    EXC_DB = 1,
    EXC_NMI = 2,
    EXC_BP = 3,
    EXC_OF = 4,
    EXC_BR = 5,
    EXC_UD = 6,
    EXC_NM = 7,
    EXC_DF = 8,
    EXC_TS = 10,
    EXC_NP = 11,
    EXC_SS = 12,
    EXC_GP = 13,
    EXC_PF = 14,
    EXC_MF = 16,
    EXC_AC = 17,
    EXC_MC = 18,
    EXC_XM = 19,
};

/* Page-fault error code bits, Intel SDM volume 3, section 4.7. */
#define PF_PRESENT 0x01u
#define PF_WRITE 0x02u
#define PF_USER 0x04u
#define PF_RESERVED 0x08u
#define PF_FETCH 0x10u

#endif
