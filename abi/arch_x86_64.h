/* SPDX-License-Identifier: MIT */
/*
 * What is particular to a 64-bit guest, whose kernel and processes both run in ring 3. Usable from assembly.
 * Reference: arch-x86/xen-x86_64.h. Names that both widths have end in _64 here; guest.h gives the plain
 * ones.
 */
#ifndef ABI_ARCH_X86_64_H
#define ABI_ARCH_X86_64_H

#include "types.h"

#define FLAT_RING3_CS32 0xe023
#define FLAT_RING3_CS64 0xe033
#define FLAT_RING3_DS32 0xe02b
#define FLAT_RING3_DS64 0x0000
#define FLAT_RING3_SS32 0xe02b
#define FLAT_RING3_SS64 0xe02b

#define FLAT_KERNEL_DS64 FLAT_RING3_DS64
#define FLAT_KERNEL_DS32 FLAT_RING3_DS32
#define FLAT_KERNEL_CS64 FLAT_RING3_CS64
#define FLAT_KERNEL_CS32 FLAT_RING3_CS32
#define FLAT_KERNEL_SS64 FLAT_RING3_SS64
#define FLAT_KERNEL_SS32 FLAT_RING3_SS32
#define FLAT_USER_DS64 FLAT_RING3_DS64
#define FLAT_USER_DS32 FLAT_RING3_DS32
#define FLAT_USER_CS64 FLAT_RING3_CS64
#define FLAT_USER_CS32 FLAT_RING3_CS32
#define FLAT_USER_SS64 FLAT_RING3_SS64
#define FLAT_USER_SS32 FLAT_RING3_SS32

#define FLAT_KERNEL_CS_64 FLAT_KERNEL_CS64
#define FLAT_KERNEL_DS_64 FLAT_KERNEL_DS64
#define FLAT_KERNEL_SS_64 FLAT_KERNEL_SS64
#define FLAT_USER_CS_64 FLAT_USER_CS64
#define FLAT_USER_DS_64 FLAT_USER_DS64
#define FLAT_USER_SS_64 FLAT_USER_SS64

/* L4 slots 256 to 271 belong to the hypervisor; the machine-to-physical table (8 bytes an entry) is first. */
#define HYPERVISOR_VIRT_START_64 0xFFFF800000000000
#define HYPERVISOR_VIRT_END_64 0xFFFF880000000000
#define MACH2PHYS_VIRT_START_64 0xFFFF800000000000
#define MACH2PHYS_VIRT_END_64 0xFFFF804000000000
#define MACH2PHYS_NR_ENTRIES_64 ((MACH2PHYS_VIRT_END_64 - MACH2PHYS_VIRT_START_64) >> 3)

/* Which base HYPERVISOR_set_segment_base sets. */
#define SEGBASE_FS 0
#define SEGBASE_GS_USER 1
#define SEGBASE_GS_KERNEL 2
#define SEGBASE_GS_USER_SEL 3 /* loads GS with the selector in base[15:0] */

/* iret_context.flags: the frame came from SYSCALL, so RCX and R11 need not be restored from it. */
#define _VGCF_in_syscall 8
#define VGCF_in_syscall (1 << _VGCF_in_syscall)
#define VGCF_IN_SYSCALL VGCF_in_syscall

#ifndef __ASSEMBLER__

/* What HYPERVISOR_iret finds on the kernel stack. */
struct iret_context {
    abi_u64_64 rax, r11, rcx, flags, rip, cs, rflags, rsp, ss;
};
ABI_SIZE(struct iret_context, 72);

struct cpu_user_regs_64 {
    abi_u64_64 r15;
    abi_u64_64 r14;
    abi_u64_64 r13;
    abi_u64_64 r12;
    abi_u64_64 rbp;
    abi_u64_64 rbx;
    abi_u64_64 r11;
    abi_u64_64 r10;
    abi_u64_64 r9;
    abi_u64_64 r8;
    abi_u64_64 rax;
    abi_u64_64 rcx;
    abi_u64_64 rdx;
    abi_u64_64 rsi;
    abi_u64_64 rdi;
    uint32_t error_code;
    uint32_t entry_vector;
    abi_u64_64 rip;
    uint16_t cs, _pad0[1];
    uint8_t saved_upcall_mask;
    uint8_t _pad1[3];
    abi_u64_64 rflags; /* IF is the inverse of saved_upcall_mask */
    abi_u64_64 rsp;
    uint16_t ss, _pad2[3];
    uint16_t es, _pad3[3];
    uint16_t ds, _pad4[3];
    uint16_t fs, _pad5[3];
    uint16_t gs, _pad6[3];
};
ABI_SIZE(struct cpu_user_regs_64, 200);
ABI_OFFSET(struct cpu_user_regs_64, rip, 128);
ABI_OFFSET(struct cpu_user_regs_64, saved_upcall_mask, 140);
ABI_OFFSET(struct cpu_user_regs_64, gs, 192);

#define xen_pfn_to_cr3_64(pfn) ((uint64_t)(pfn) << 12)
#define xen_cr3_to_pfn_64(cr3) ((uint64_t)(cr3) >> 12)

struct arch_vcpu_info_64 {
    abi_u64_64 cr2; /* faulting address of the last #PF bounced to this vCPU */
    abi_u64_64 pad;
};
ABI_SIZE(struct arch_vcpu_info_64, 16);

typedef abi_u64_64 xen_callback_64_t;

#endif /* __ASSEMBLER__ */

#endif
