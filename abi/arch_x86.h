/* SPDX-License-Identifier: MIT */
/*
 * The x86 part of the contract that both guest widths share: GDT layout, trap table, vCPU context, the CPUID
 * leaves and the forced-emulation prefix. Usable from assembly. Reference: arch-x86/xen.h, arch-x86/cpuid.h.
 */
#ifndef ABI_ARCH_X86_H
#define ABI_ARCH_X86_H

#include "arch_x86_32.h"
#include "arch_x86_64.h"
#include "types.h"

/* GDT entries from here on are the hypervisor's; a guest's own GDT has at most this many. */
#define FIRST_RESERVED_GDT_PAGE 14
#define FIRST_RESERVED_GDT_BYTE (FIRST_RESERVED_GDT_PAGE * 4096)
#define FIRST_RESERVED_GDT_ENTRY (FIRST_RESERVED_GDT_BYTE / 8)

/* vCPUs whose vcpu_info lies in shared_info. */
#define XEN_LEGACY_MAX_VCPUS 32

/*
 * @set_trap_table
 *   before  traps ends with an entry whose address is 0
 *   effect  sets the handlers of this vCPU's vectors, others staying; selectors get privilege 1 (3 in a
 *           64-bit guest) at least. traps 0 removes all. A later entry of the same vector wins
 *   result  0
 *   EFAULT  traps cannot be read to its end; entries before that are set
 *   EINVAL  a 64-bit guest's handler is not at a canonical address; entries before that are set
 */
/*
 * @set_gdt
 *   before  no writable mapping of the frames exists
 *   effect  makes the frames (512 entries each) this vCPU's GDT below the hypervisor's own part, validating
 *           each entry; the old ones are released. entries 0 leaves the hypervisor's part alone
 *   EINVAL  entries is above FIRST_RESERVED_GDT_ENTRY, or a frame is not the domain's, is in use as something
 *           else, or has an entry that is not allowed; the old GDT stays
 *   EFAULT  frames cannot be read
 *   note    allowed are code and data segments, which get privilege 1 at least, never 64-bit code in a 32-bit
 *           guest; call gates, kept not present and emulated; and anything not present
 */
/*
 * @stack_switch
 *   effect  sets SS and ESP that entries from user mode (ring 3, or 2) switch to; the selector gets privilege
 *           1 at least
 *   result  0
 */
/*
 * @set_callbacks
 *   effect  sets the event and failsafe callbacks of this vCPU, as callback_op does; of a 64-bit guest the
 *           arguments are the addresses of the event, failsafe and syscall callbacks
 *   result  0
 *   EINVAL  a 64-bit guest's callback is not at a canonical address
 */
/*
 * @update_descriptor
 *   before  maddr is the machine address of a GDT or LDT entry, or of eight bytes in a page of the domain's
 *   effect  writes desc there, by the rules of set_gdt
 *   EINVAL  maddr is not a multiple of 8, the frame is not the domain's or neither a descriptor nor a
 *           writable page, or desc is not allowed
 */
/*
 * @iret
 *   before  a 32-bit guest's ESP (its kernel stack) points to EAX, EIP, CS, EFLAGS, and when it returns to an
 *           outer ring ESP and SS; a 64-bit guest's RSP points to struct iret_context
 *   effect  returns there. CS and SS get privilege 1 at least, IF in EFLAGS unmasks events, IOPL counts with
 *           the architectural_iopl assist only; NT, VM and what else a guest may not set are cleared
 *   note    a frame that cannot be read crashes the domain; selectors that cannot be loaded end in the
 *           failsafe callback
 */
/*
 * @set_segment_base
 *   who     64-bit guests
 *   effect  sets a base, or with SEGBASE_GS_USER_SEL loads the selector in base as the user's GS
 *   EINVAL  base is not canonical, or there is no such which
 *   ENOSYS  the guest is a 32-bit one
 */
#define XEN_HAVE_PV_GUEST_ENTRY 1
#define XEN_HAVE_PV_UPCALL_MASK 1

/* vcpu_guest_context.flags. */
#define VGCF_I387_VALID (1 << 0)
#define VGCF_IN_KERNEL (1 << 2)
#define _VGCF_i387_valid 0
#define VGCF_i387_valid (1 << _VGCF_i387_valid)
#define _VGCF_in_kernel 2
#define VGCF_in_kernel (1 << _VGCF_in_kernel)
#define _VGCF_failsafe_disables_events 3
#define VGCF_failsafe_disables_events (1 << _VGCF_failsafe_disables_events)
#define _VGCF_syscall_disables_events 4
#define VGCF_syscall_disables_events (1 << _VGCF_syscall_disables_events)
#define _VGCF_online 5
#define VGCF_online (1 << _VGCF_online)

/*
 * The forced-emulation prefix: ud2 and the letters "xen". Followed by CPUID it gives the hypervisor's
 * view of the CPU to a PV guest, whose plain CPUID the hardware may answer.
 */
#ifdef __ASSEMBLER__
#define XEN_EMULATE_PREFIX .byte 0x0f, 0x0b, 0x78, 0x65, 0x6e;
#define XEN_CPUID XEN_EMULATE_PREFIX cpuid
#else
#define XEN_EMULATE_PREFIX ".byte 0x0f,0x0b,0x78,0x65,0x6e ; "
#define XEN_CPUID XEN_EMULATE_PREFIX "cpuid"
#endif

/* Port of the debug console of fully virtual guests. */
#define XEN_HVM_DEBUGCONS_IOPORT 0xe9

/*
 * CPUID leaves.
 * 0: eax is the last leaf; ebx, ecx, edx spell XenVMMXenVMM.
 * 1: eax is the version, major in the upper half.
 * 2: eax hypercall pages, ebx base of the MSRs, ecx features (FEAT1), edx 0.
 * 3: time. 4: fully virtual guests only. 5: ebx[7:0] is the width of machine addresses.
 */
#define XEN_CPUID_FIRST_LEAF 0x40000000
#define XEN_CPUID_LEAF(i) (XEN_CPUID_FIRST_LEAF + (i))
#define XEN_CPUID_SIGNATURE_EBX 0x566e6558
#define XEN_CPUID_SIGNATURE_ECX 0x65584d4d
#define XEN_CPUID_SIGNATURE_EDX 0x4d4d566e
#define _XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD 0
#define XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD (1 << 0)
#define XEN_HVM_CPUID_APIC_ACCESS_VIRT (1 << 0)
#define XEN_HVM_CPUID_X2APIC_VIRT (1 << 1)
#define XEN_HVM_CPUID_IOMMU_MAPPINGS (1 << 2)
#define XEN_HVM_CPUID_VCPU_ID_PRESENT (1 << 3)
#define XEN_HVM_CPUID_DOMID_PRESENT (1 << 4)
#define XEN_HVM_CPUID_EXT_DEST_ID (1 << 5)
#define XEN_HVM_CPUID_UPCALL_VECTOR (1 << 6)
#define XEN_CPUID_MACHINE_ADDRESS_WIDTH_MASK 0xff
#define XEN_CPUID_MAX_NUM_LEAVES 5
#define XEN_CPUID_NO_SUBLEAF 0xffffffff

/* xen_arch_domainconfig.emulation_flags: for fully virtual guests. A PV guest has none, or PIT alone. */
#define _XEN_X86_EMU_LAPIC 0
#define XEN_X86_EMU_LAPIC (1U << _XEN_X86_EMU_LAPIC)
#define _XEN_X86_EMU_HPET 1
#define XEN_X86_EMU_HPET (1U << _XEN_X86_EMU_HPET)
#define _XEN_X86_EMU_PM 2
#define XEN_X86_EMU_PM (1U << _XEN_X86_EMU_PM)
#define _XEN_X86_EMU_RTC 3
#define XEN_X86_EMU_RTC (1U << _XEN_X86_EMU_RTC)
#define _XEN_X86_EMU_IOAPIC 4
#define XEN_X86_EMU_IOAPIC (1U << _XEN_X86_EMU_IOAPIC)
#define _XEN_X86_EMU_PIC 5
#define XEN_X86_EMU_PIC (1U << _XEN_X86_EMU_PIC)
#define _XEN_X86_EMU_VGA 6
#define XEN_X86_EMU_VGA (1U << _XEN_X86_EMU_VGA)
#define _XEN_X86_EMU_IOMMU 7
#define XEN_X86_EMU_IOMMU (1U << _XEN_X86_EMU_IOMMU)
#define _XEN_X86_EMU_PIT 8
#define XEN_X86_EMU_PIT (1U << _XEN_X86_EMU_PIT)
#define _XEN_X86_EMU_USE_PIRQ 9
#define XEN_X86_EMU_USE_PIRQ (1U << _XEN_X86_EMU_USE_PIRQ)
#define _XEN_X86_EMU_VPCI 10
#define XEN_X86_EMU_VPCI (1U << _XEN_X86_EMU_VPCI)
#define XEN_X86_EMU_ALL 0x7ff
/* misc_flags. */
#define XEN_X86_MSR_RELAXED (1u << 0)
#define XEN_X86_MISC_FLAGS_MAX XEN_X86_MSR_RELAXED

#ifndef __ASSEMBLER__

/*
 * One entry of the virtual IDT. flags[1:0]: the least privileged ring that may raise the vector with INT n;
 * flags[2]: deliver with events masked. address 0 ends a list.
 */
struct trap_info_32 {
    uint8_t vector;
    uint8_t flags;
    uint16_t cs;
    uint32_t address;
};
ABI_SIZE(struct trap_info_32, 8);

struct trap_info_64 {
    uint8_t vector;
    uint8_t flags;
    uint16_t cs;
    abi_u64_64 address;
};
ABI_SIZE(struct trap_info_64, 16);

#define TI_GET_DPL(_ti) ((_ti)->flags & 3)
#define TI_GET_IF(_ti) ((_ti)->flags & 4)
#define TI_SET_DPL(_ti, _dpl) ((_ti)->flags |= (_dpl))
#define TI_SET_IF(_ti, _if) ((_ti)->flags |= ((!!(_if)) << 2))

/* Everything a vCPU starts with. fpu_ctxt is an FXSAVE image, valid if flags has VGCF_i387_valid. */
struct vcpu_guest_context_32 {
    struct {
        char x[512];
    } fpu_ctxt;
    uint32_t flags;
    struct cpu_user_regs_32 user_regs;
    struct trap_info_32 trap_ctxt[256];
    uint32_t ldt_base, ldt_ents;       /* linear address, number of entries */
    uint32_t gdt_frames[16], gdt_ents; /* machine frames, number of entries */
    uint32_t kernel_ss, kernel_sp;     /* stack for entries from ring 3 */
    uint32_t ctrlreg[8];
    uint32_t debugreg[8];
    uint32_t event_callback_cs;
    uint32_t event_callback_eip;
    uint32_t failsafe_callback_cs;
    uint32_t failsafe_callback_eip;
    uint32_t vm_assist; /* bitmap of VMASST_TYPE_ */
};
ABI_SIZE(struct vcpu_guest_context_32, 2800);
ABI_OFFSET(struct vcpu_guest_context_32, user_regs, 516);
ABI_OFFSET(struct vcpu_guest_context_32, trap_ctxt, 584);
ABI_OFFSET(struct vcpu_guest_context_32, gdt_frames, 2640);
ABI_OFFSET(struct vcpu_guest_context_32, event_callback_cs, 2780);

struct vcpu_guest_context_64 {
    struct {
        char x[512];
    } fpu_ctxt;
    abi_u64_64 flags;
    struct cpu_user_regs_64 user_regs;
    struct trap_info_64 trap_ctxt[256];
    abi_u64_64 ldt_base, ldt_ents;
    abi_u64_64 gdt_frames[16], gdt_ents;
    abi_u64_64 kernel_ss, kernel_sp;
    abi_u64_64 ctrlreg[8]; /* [1]: root of the user page tables */
    abi_u64_64 debugreg[8];
    abi_u64_64 event_callback_eip;
    abi_u64_64 failsafe_callback_eip;
    abi_u64_64 syscall_callback_eip;
    abi_u64_64 vm_assist;
    abi_u64_64 fs_base;
    abi_u64_64 gs_base_kernel;
    abi_u64_64 gs_base_user;
};
ABI_SIZE(struct vcpu_guest_context_64, 5168);
ABI_OFFSET(struct vcpu_guest_context_64, user_regs, 520);
ABI_OFFSET(struct vcpu_guest_context_64, trap_ctxt, 720);
ABI_OFFSET(struct vcpu_guest_context_64, syscall_callback_eip, 5128);

/*
 * The guest's part of shared_info: where its phys-to-machine list is, for tools that save it.
 * p2m_generation is odd while the list's mappings change; p2m_cr3 0: the next two fields are not used.
 */
struct arch_shared_info_32 {
    uint32_t max_pfn;
    uint32_t pfn_to_mfn_frame_list_list;
    uint32_t nmi_reason; /* bits of XEN_NMIREASON_, written by the hypervisor */
    uint32_t p2m_cr3;
    uint32_t p2m_vaddr;
    uint32_t p2m_generation;
    uint32_t wc_sec_hi; /* upper half of shared_info.wc_sec */
};
ABI_SIZE(struct arch_shared_info_32, 28);

struct arch_shared_info_64 {
    abi_u64_64 max_pfn;
    abi_u64_64 pfn_to_mfn_frame_list_list;
    abi_u64_64 nmi_reason;
    abi_u64_64 p2m_cr3;
    abi_u64_64 p2m_vaddr;
    abi_u64_64 p2m_generation;
};
ABI_SIZE(struct arch_shared_info_64, 48);

typedef uint64_t tsc_timestamp_t;

struct xen_arch_domainconfig {
    uint32_t emulation_flags; /* XEN_X86_EMU_ */
    uint32_t misc_flags;      /* XEN_X86_MSR_RELAXED */
};
ABI_SIZE(struct xen_arch_domainconfig, 8);

typedef struct xen_cpuid_leaf {
    uint32_t leaf, subleaf; /* subleaf XEN_CPUID_NO_SUBLEAF: the leaf has none */
    uint32_t a, b, c, d;
} xen_cpuid_leaf_t;
ABI_SIZE(struct xen_cpuid_leaf, 24);

typedef struct xen_msr_entry {
    uint32_t idx;
    uint32_t flags; /* 0 */
    uint64_t val;
} xen_msr_entry_t;
ABI_SIZE(struct xen_msr_entry, 16);

#endif /* __ASSEMBLER__ */

#endif
