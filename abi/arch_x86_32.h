/* SPDX-License-Identifier: MIT */
/*
 * What is particular to a 32-bit PAE guest: its selectors, its part of the address space, its registers.
 * Usable from assembly. Reference: arch-x86/xen-x86_32.h. The names that both widths have with different
 * values (FLAT_KERNEL_CS, MACH2PHYS_VIRT_START, ...) end in _32 here; guest.h gives them their plain names.
 */
#ifndef ABI_ARCH_X86_32_H
#define ABI_ARCH_X86_32_H

#include "types.h"

/* Flat segments in the reserved part of every guest's GDT. */
#define FLAT_RING1_CS 0xe019
#define FLAT_RING1_DS 0xe021
#define FLAT_RING1_SS 0xe021
#define FLAT_RING3_CS 0xe02b
#define FLAT_RING3_DS 0xe033
#define FLAT_RING3_SS 0xe033

#define FLAT_KERNEL_CS_32 FLAT_RING1_CS
#define FLAT_KERNEL_DS_32 FLAT_RING1_DS
#define FLAT_KERNEL_SS_32 FLAT_RING1_SS
#define FLAT_USER_CS_32 FLAT_RING3_CS
#define FLAT_USER_DS_32 FLAT_RING3_DS
#define FLAT_USER_SS_32 FLAT_RING3_SS

/* Linear addresses from here up belong to the hypervisor; the machine-to-physical table starts there. */
#define HYPERVISOR_VIRT_START_PAE 0xF5800000
#define MACH2PHYS_VIRT_START_PAE 0xF5800000
#define MACH2PHYS_VIRT_END_PAE 0xF6800000
#define HYPERVISOR_VIRT_START_32 HYPERVISOR_VIRT_START_PAE
#define MACH2PHYS_VIRT_START_32 MACH2PHYS_VIRT_START_PAE
#define MACH2PHYS_VIRT_END_32 MACH2PHYS_VIRT_END_PAE
/* Entries of four bytes. */
#define MACH2PHYS_NR_ENTRIES_32 ((MACH2PHYS_VIRT_END_PAE - MACH2PHYS_VIRT_START_PAE) >> 2)

#ifndef __ASSEMBLER__

/* Registers of a vCPU. The upper halves of the selector fields are padding. */
struct cpu_user_regs_32 {
    uint32_t ebx;
    uint32_t ecx;
    uint32_t edx;
    uint32_t esi;
    uint32_t edi;
    uint32_t ebp;
    uint32_t eax;
    uint16_t error_code;
    uint16_t entry_vector;
    uint32_t eip;
    uint16_t cs;
    uint8_t saved_upcall_mask;
    uint8_t _pad0;
    uint32_t eflags; /* IF is the inverse of saved_upcall_mask */
    uint32_t esp;
    uint16_t ss, _pad1;
    uint16_t es, _pad2;
    uint16_t ds, _pad3;
    uint16_t fs, _pad4;
    uint16_t gs, _pad5;
};
ABI_SIZE(struct cpu_user_regs_32, 68);
ABI_OFFSET(struct cpu_user_regs_32, eip, 32);
ABI_OFFSET(struct cpu_user_regs_32, saved_upcall_mask, 38);
ABI_OFFSET(struct cpu_user_regs_32, ss, 48);
ABI_OFFSET(struct cpu_user_regs_32, gs, 64);

/* CR3 of a PAE guest holds a frame number of up to 32 bits, rotated: the low 20 bits go up by 12. */
#define xen_pfn_to_cr3_32(pfn) (((uint32_t)(pfn) << 12) | ((uint32_t)(pfn) >> 20))
#define xen_cr3_to_pfn_32(cr3) (((uint32_t)(cr3) >> 12) | ((uint32_t)(cr3) << 20))

struct arch_vcpu_info_32 {
    uint32_t cr2; /* faulting address of the last #PF bounced to this vCPU */
    uint32_t pad[5];
};
ABI_SIZE(struct arch_vcpu_info_32, 24);

struct xen_callback_32 {
    uint32_t cs;
    uint32_t eip;
};
ABI_SIZE(struct xen_callback_32, 8);

#endif /* __ASSEMBLER__ */

#endif
