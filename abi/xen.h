/* SPDX-License-Identifier: MIT */
/*
 * The heart of the contract: hypercall numbers, virtual interrupts, page-table updates, the page the
 * hypervisor shares with a guest, and what a guest finds when it starts. The constants are usable from
 * assembly. Reference: xen.h.
 *
 * A 32-bit guest makes a call with the number in EAX and arguments in EBX, ECX, EDX, ESI, EDI, EBP, by
 * `int $0x82` or through its hypercall page; the result comes back in EAX. A 64-bit guest uses RAX and RDI,
 * RSI, RDX, R10, R8, R9 with SYSCALL. A 64-bit argument of a 32-bit guest takes two registers, low half first.
 * Argument registers may come back changed after set_* calls that restart; a guest keeps nothing in them.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#include "arch_x86.h"
#include "types.h"

/* Version of the public interface these headers follow. */
#define __XEN_LATEST_INTERFACE_VERSION__ 0x00040e00

/* Hypercalls. hypercalls.def has the arguments and what each does. */
#define __HYPERVISOR_set_trap_table 0
#define __HYPERVISOR_mmu_update 1
#define __HYPERVISOR_set_gdt 2
#define __HYPERVISOR_stack_switch 3
#define __HYPERVISOR_set_callbacks 4
#define __HYPERVISOR_fpu_taskswitch 5
#define __HYPERVISOR_sched_op_compat 6
#define __HYPERVISOR_platform_op 7
#define __HYPERVISOR_set_debugreg 8
#define __HYPERVISOR_get_debugreg 9
#define __HYPERVISOR_update_descriptor 10
#define __HYPERVISOR_memory_op 12
#define __HYPERVISOR_multicall 13
#define __HYPERVISOR_update_va_mapping 14
#define __HYPERVISOR_set_timer_op 15
#define __HYPERVISOR_event_channel_op_compat 16
#define __HYPERVISOR_xen_version 17
#define __HYPERVISOR_console_io 18
#define __HYPERVISOR_physdev_op_compat 19
#define __HYPERVISOR_grant_table_op 20
#define __HYPERVISOR_vm_assist 21
#define __HYPERVISOR_update_va_mapping_otherdomain 22
#define __HYPERVISOR_iret 23
#define __HYPERVISOR_vcpu_op 24
#define __HYPERVISOR_set_segment_base 25
#define __HYPERVISOR_mmuext_op 26
#define __HYPERVISOR_xsm_op 27
#define __HYPERVISOR_nmi_op 28
#define __HYPERVISOR_sched_op 29
#define __HYPERVISOR_callback_op 30
#define __HYPERVISOR_xenoprof_op 31
#define __HYPERVISOR_event_channel_op 32
#define __HYPERVISOR_physdev_op 33
#define __HYPERVISOR_hvm_op 34
#define __HYPERVISOR_sysctl 35
#define __HYPERVISOR_domctl 36
#define __HYPERVISOR_kexec_op 37
#define __HYPERVISOR_tmem_op 38
#define __HYPERVISOR_argo_op 39
#define __HYPERVISOR_xenpmu_op 40
#define __HYPERVISOR_dm_op 41
#define __HYPERVISOR_hypfs_op 42
#define __HYPERVISOR_arch_0 48
#define __HYPERVISOR_arch_1 49
#define __HYPERVISOR_arch_2 50
#define __HYPERVISOR_arch_3 51
#define __HYPERVISOR_arch_4 52
#define __HYPERVISOR_arch_5 53
#define __HYPERVISOR_arch_6 54
#define __HYPERVISOR_arch_7 55
/* The field's names for two of the above. */
#define __HYPERVISOR_dom0_op __HYPERVISOR_platform_op
#define __HYPERVISOR_mca __HYPERVISOR_arch_0

/*
 * Virtual interrupts. A per-vCPU one is bound once on each vCPU and stays there; a global one is bound once
 * in the domain, at first to vCPU 0, and can be moved. "Initial" ones go to the initial domain alone.
 */
#define VIRQ_TIMER 0      /* per vCPU: a timer has expired */
#define VIRQ_DEBUG 1      /* per vCPU: asked to print its state */
#define VIRQ_CONSOLE 2    /* global, initial: a key came in on the hypervisor's console */
#define VIRQ_DOM_EXC 3    /* global, initial: some domain shut down or crashed */
#define VIRQ_TBUF 4       /* global, initial: trace buffer has records */
#define VIRQ_DEBUGGER 6   /* global, initial: a domain stopped for its debugger */
#define VIRQ_XENOPROF 7   /* per vCPU: profiler sample */
#define VIRQ_CON_RING 8   /* global, initial: the console ring grew */
#define VIRQ_PCPU_STATE 9 /* global, initial: a processor went on or off line */
#define VIRQ_MEM_EVENT 10 /* global, initial: memory event */
#define VIRQ_ARGO 11      /* global: message notification */
#define VIRQ_ENOMEM 12    /* global, initial: hypervisor is short of memory */
#define VIRQ_XENPMU 13    /* per vCPU: performance counter */
#define VIRQ_ARCH_0 16
#define VIRQ_ARCH_1 17
#define VIRQ_ARCH_2 18
#define VIRQ_ARCH_3 19
#define VIRQ_ARCH_4 20
#define VIRQ_ARCH_5 21
#define VIRQ_ARCH_6 22
#define VIRQ_ARCH_7 23
#define NR_VIRQS 24

/* Commands of mmu_update, in bits 1 and 0 of mmu_update.ptr. */
#define MMU_NORMAL_PT_UPDATE 0
#define MMU_MACHPHYS_UPDATE 1
#define MMU_PT_UPDATE_PRESERVE_AD 2
#define MMU_PT_UPDATE_NO_TRANSLATE 3

/* Commands of mmuext_op. */
#define MMUEXT_PIN_L1_TABLE 0
#define MMUEXT_PIN_L2_TABLE 1
#define MMUEXT_PIN_L3_TABLE 2
#define MMUEXT_PIN_L4_TABLE 3
#define MMUEXT_UNPIN_TABLE 4
#define MMUEXT_NEW_BASEPTR 5
#define MMUEXT_TLB_FLUSH_LOCAL 6
#define MMUEXT_INVLPG_LOCAL 7
#define MMUEXT_TLB_FLUSH_MULTI 8
#define MMUEXT_INVLPG_MULTI 9
#define MMUEXT_TLB_FLUSH_ALL 10
#define MMUEXT_INVLPG_ALL 11
#define MMUEXT_FLUSH_CACHE 12
#define MMUEXT_SET_LDT 13
#define MMUEXT_NEW_USER_BASEPTR 15 /* 64-bit guests only */
#define MMUEXT_CLEAR_PAGE 16
#define MMUEXT_COPY_PAGE 17
#define MMUEXT_FLUSH_CACHE_GLOBAL 18
#define MMUEXT_MARK_SUPER 19
#define MMUEXT_UNMARK_SUPER 20

/*
 * Flags of update_va_mapping: what to flush (bits 1 and 0), and where. UVMF_MULTI takes the address of a
 * bitmap of vCPUs in the remaining bits; no address means this vCPU.
 */
#define UVMF_NONE (0 << 0)
#define UVMF_TLB_FLUSH (1 << 0)
#define UVMF_INVLPG (2 << 0)
#define UVMF_FLUSHTYPE_MASK (3 << 0)
#define UVMF_MULTI (0 << 2)
#define UVMF_LOCAL (0 << 2)
#define UVMF_ALL (1 << 2)

#define CONSOLEIO_write 0
#define CONSOLEIO_read 1

#define VMASST_CMD_enable 0
#define VMASST_CMD_disable 1

#define VMASST_TYPE_4gb_segments 0        /* 32-bit: act as if segments had full limits */
#define VMASST_TYPE_4gb_segments_notify 1 /* 32-bit: trap 15 whenever that was needed */
#define VMASST_TYPE_writable_pagetables 2 /* emulate writes to L1 entries that are mapped read-only */
#define VMASST_TYPE_pae_extended_cr3 3    /* 32-bit: L3 tables may lie above 4 GiB */
#define VMASST_TYPE_architectural_iopl                                                                       \
    4 /* kernel counts as ring 0 for IOPL; iret loads IOPL, frames show it */
#define VMASST_TYPE_runstate_update_flag 5 /* mark runstate areas while they are written */
#define VMASST_TYPE_m2p_strict 32          /* 64-bit: hide the machine-to-physical table from user mode */

/* Names for domains that are not one particular domain. */
#define DOMID_FIRST_RESERVED 0x7FF0
#define DOMID_SELF 0x7FF0    /* the caller */
#define DOMID_IO 0x7FF1      /* owner of frames that are not RAM */
#define DOMID_XEN 0x7FF2     /* owner of hypervisor frames that may be mapped read-only */
#define DOMID_COW 0x7FF3     /* owner of shared copy-on-write frames */
#define DOMID_INVALID 0x7FF4 /* no domain */
#define DOMID_IDLE 0x7FFF    /* the idle domain */
#define DOMID_MASK 0x7FFF

/* start_info.flags. */
#define SIF_PRIVILEGED (1 << 0)      /* may make privileged calls */
#define SIF_INITDOMAIN (1 << 1)      /* the initial domain */
#define SIF_MULTIBOOT_MOD (1 << 2)   /* mod_start is a list of xen_multiboot_mod_list */
#define SIF_MOD_START_PFN (1 << 3)   /* mod_start is a frame number, the module is not mapped */
#define SIF_VIRT_P2M_4TOOLS (1 << 4) /* tools understand a linear phys-to-machine list */
#define SIF_PM_MASK (0xFF << 8)      /* power management bits */

#define MAX_GUEST_CMDLINE 1024

#define XEN_PVCLOCK_TSC_STABLE_BIT (1 << 0)
#define XEN_PVCLOCK_GUEST_STOPPED (1 << 1)

#define XEN_VGATYPE_TEXT_MODE_3 0x03
#define XEN_VGATYPE_VESA_LFB 0x23
#define XEN_VGATYPE_EFI_LFB 0x70

#ifndef __ASSEMBLER__

struct mmu_update {
    uint64_t ptr; /* machine address, command in bits 1 and 0 */
    uint64_t val;
};
ABI_SIZE(struct mmu_update, 16);
ABI_OFFSET(struct mmu_update, val, 8);

/* arg1 and arg2: which one a command uses is in its contract. */
struct mmuext_op_32 {
    uint32_t cmd;
    union {
        uint32_t mfn;
        uint32_t linear_addr;
    } arg1;
    union {
        uint32_t nr_ents;
        uint32_t vcpumask; /* pointer */
        uint32_t src_mfn;
    } arg2;
};
ABI_SIZE(struct mmuext_op_32, 12);
ABI_OFFSET(struct mmuext_op_32, arg2, 8);

struct mmuext_op_64 {
    uint32_t cmd;
    union {
        abi_u64_64 mfn;
        abi_u64_64 linear_addr;
    } arg1;
    union {
        uint32_t nr_ents;
        abi_u64_64 vcpumask; /* pointer */
        abi_u64_64 src_mfn;
    } arg2;
};
ABI_SIZE(struct mmuext_op_64, 24);
ABI_OFFSET(struct mmuext_op_64, arg2, 16);

/* One call of a multicall; result is written when it has run. */
struct multicall_entry_32 {
    uint32_t op, result;
    uint32_t args[6];
};
ABI_SIZE(struct multicall_entry_32, 32);

struct multicall_entry_64 {
    abi_u64_64 op, result;
    abi_u64_64 args[6];
};
ABI_SIZE(struct multicall_entry_64, 64);

/*
 * Time of one vCPU. version is odd while the hypervisor writes: read it, the fields, and it again until both
 * readings are equal and even. Nanoseconds since boot =
 *   system_time + (((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul >> 32); a negative shift goes right.
 */
typedef struct vcpu_time_info {
    uint32_t version;
    uint32_t pad0;
    uint64_t tsc_timestamp;
    uint64_t system_time; /* ns */
    uint32_t tsc_to_system_mul;
    int8_t tsc_shift;
    uint8_t flags; /* XEN_PVCLOCK_ */
    uint8_t pad1[2];
} vcpu_time_info_t;
ABI_SIZE(struct vcpu_time_info, 32);
ABI_OFFSET(struct vcpu_time_info, tsc_timestamp, 8);
ABI_OFFSET(struct vcpu_time_info, tsc_shift, 28);

/*
 * One vCPU's part of the shared page. The hypervisor sets evtchn_upcall_pending after the selector and the
 * pending bit; it calls the event callback when that is set and evtchn_upcall_mask is clear. The mask is the
 * guest's interrupt flag: entering the callback sets it.
 */
struct vcpu_info_32 {
    uint8_t evtchn_upcall_pending;
    uint8_t evtchn_upcall_mask;
    uint32_t evtchn_pending_sel;
    struct arch_vcpu_info_32 arch;
    vcpu_time_info_t time;
};
ABI_SIZE(struct vcpu_info_32, 64);
ABI_OFFSET(struct vcpu_info_32, evtchn_pending_sel, 4);
ABI_OFFSET(struct vcpu_info_32, arch, 8);
ABI_OFFSET(struct vcpu_info_32, time, 32);

struct vcpu_info_64 {
    uint8_t evtchn_upcall_pending;
    uint8_t evtchn_upcall_mask;
    abi_u64_64 evtchn_pending_sel;
    struct arch_vcpu_info_64 arch;
    vcpu_time_info_t time;
};
ABI_SIZE(struct vcpu_info_64, 64);
ABI_OFFSET(struct vcpu_info_64, evtchn_pending_sel, 8);
ABI_OFFSET(struct vcpu_info_64, arch, 16);
ABI_OFFSET(struct vcpu_info_64, time, 32);

/*
 * The page shared with the whole domain. evtchn_pending: written by the hypervisor, cleared by the guest;
 * evtchn_mask: the guest's. Wall clock at boot in wc_sec (with wc_sec_hi above it) and wc_nsec, guarded by
 * wc_version as vcpu_time_info is by version: now is that plus system time.
 */
struct shared_info_32 {
    struct vcpu_info_32 vcpu_info[XEN_LEGACY_MAX_VCPUS];
    uint32_t evtchn_pending[32];
    uint32_t evtchn_mask[32];
    uint32_t wc_version;
    uint32_t wc_sec;
    uint32_t wc_nsec;
    struct arch_shared_info_32 arch;
};
ABI_SIZE(struct shared_info_32, 2344);
ABI_OFFSET(struct shared_info_32, evtchn_pending, 2048);
ABI_OFFSET(struct shared_info_32, evtchn_mask, 2176);
ABI_OFFSET(struct shared_info_32, wc_version, 2304);
ABI_OFFSET(struct shared_info_32, arch, 2316);

struct shared_info_64 {
    struct vcpu_info_64 vcpu_info[XEN_LEGACY_MAX_VCPUS];
    abi_u64_64 evtchn_pending[64];
    abi_u64_64 evtchn_mask[64];
    uint32_t wc_version;
    uint32_t wc_sec;
    uint32_t wc_nsec;
    uint32_t wc_sec_hi;
    struct arch_shared_info_64 arch;
};
ABI_SIZE(struct shared_info_64, 3136);
ABI_OFFSET(struct shared_info_64, evtchn_pending, 2048);
ABI_OFFSET(struct shared_info_64, evtchn_mask, 2560);
ABI_OFFSET(struct shared_info_64, wc_version, 3072);
ABI_OFFSET(struct shared_info_64, arch, 3088);

/*
 * What a guest finds at the address in ESI (RSI) when it starts. shared_info is a machine address, pt_base,
 * mfn_list, mod_start and p2m are linear; mod_start is 0 when there is no module, and a frame number when flags
 * has SIF_MOD_START_PFN. pt_base is the pinned root; the nr_pt_frames frames from there on are page tables.
 * console: domU for ordinary domains; dom0.info_off and info_size locate a dom0_vga_console_info in this page.
 */
struct start_info_32 {
    char magic[32]; /* "xen-3.0-x86_32p" */
    uint32_t nr_pages;
    uint32_t shared_info;
    uint32_t flags;
    uint32_t store_mfn;
    uint32_t store_evtchn;
    union {
        struct {
            uint32_t mfn;
            uint32_t evtchn;
        } domU;
        struct {
            uint32_t info_off;
            uint32_t info_size;
        } dom0;
    } console;
    uint32_t pt_base;
    uint32_t nr_pt_frames;
    uint32_t mfn_list;
    uint32_t mod_start;
    uint32_t mod_len;
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    uint32_t first_p2m_pfn;
    uint32_t nr_p2m_frames;
};
ABI_SIZE(struct start_info_32, 1112);
ABI_OFFSET(struct start_info_32, nr_pages, 32);
ABI_OFFSET(struct start_info_32, console, 52);
ABI_OFFSET(struct start_info_32, pt_base, 60);
ABI_OFFSET(struct start_info_32, cmd_line, 80);

struct start_info_64 {
    char magic[32]; /* "xen-3.0-x86_64" */
    abi_u64_64 nr_pages;
    abi_u64_64 shared_info;
    uint32_t flags;
    abi_u64_64 store_mfn;
    uint32_t store_evtchn;
    union {
        struct {
            abi_u64_64 mfn;
            uint32_t evtchn;
        } domU;
        struct {
            uint32_t info_off;
            uint32_t info_size;
        } dom0;
    } console;
    abi_u64_64 pt_base;
    abi_u64_64 nr_pt_frames;
    abi_u64_64 mfn_list;
    abi_u64_64 mod_start;
    abi_u64_64 mod_len;
    int8_t cmd_line[MAX_GUEST_CMDLINE];
    abi_u64_64 first_p2m_pfn;
    abi_u64_64 nr_p2m_frames;
};
ABI_SIZE(struct start_info_64, 1168);
ABI_OFFSET(struct start_info_64, console, 72);
ABI_OFFSET(struct start_info_64, pt_base, 88);
ABI_OFFSET(struct start_info_64, cmd_line, 128);

/* One module when start_info.flags has SIF_MULTIBOOT_MOD. */
struct xen_multiboot_mod_list {
    uint32_t mod_start;
    uint32_t mod_end; /* one past the last byte */
    uint32_t cmdline;
    uint32_t pad;
};
ABI_SIZE(struct xen_multiboot_mod_list, 16);

/* The screen the initial domain may use. lfb_size is in units of 64 KiB. */
typedef struct dom0_vga_console_info {
    uint8_t video_type; /* XEN_VGATYPE_ */
    union {
        struct {
            uint16_t font_height;
            uint16_t cursor_x, cursor_y;
            uint16_t rows, columns;
        } text_mode_3;
        struct {
            uint16_t width, height;
            uint16_t bytes_per_line;
            uint16_t bits_per_pixel;
            uint32_t lfb_base;
            uint32_t lfb_size;
            uint8_t red_pos, red_size;
            uint8_t green_pos, green_size;
            uint8_t blue_pos, blue_size;
            uint8_t rsvd_pos, rsvd_size;
            uint32_t gbl_caps;
            uint16_t mode_attrs;
            uint16_t pad;
            uint32_t ext_lfb_base; /* upper half of lfb_base */
        } vesa_lfb;
    } u;
} dom0_vga_console_info_t;
ABI_SIZE(struct dom0_vga_console_info, 40);
#define xen_vga_console_info dom0_vga_console_info
#define xen_vga_console_info_t dom0_vga_console_info_t

/* A bitmap in the guest's memory, of either width. */
typedef struct xenctl_bitmap {
    abi_u64_64 bitmap; /* pointer */
    uint32_t nr_bits;
} xenctl_bitmap_t;
ABI_SIZE(struct xenctl_bitmap, 16);

#endif /* __ASSEMBLER__ */

#endif
