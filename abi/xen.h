/* SPDX-License-Identifier: MIT */
/*
 * The heart of the contract: hypercall numbers, virtual interrupts, domain numbers and the page the
 * hypervisor shares with a guest; it brings along mmu.h and start_info.h. The constants are usable from
 * assembly. Reference: xen.h.
 *
 * A 32-bit guest makes a call with the number in EAX and arguments in EBX, ECX, EDX, ESI, EDI, EBP, by `int
 * $0x82` or through its hypercall page; the result comes back in EAX. A 64-bit guest uses RAX and RDI, RSI,
 * RDX, R10, R8, R9 with SYSCALL. A 64-bit argument of a 32-bit guest takes two registers, low half first.
 * Argument registers may come back changed after set_* calls that restart; a guest keeps nothing in them.
 */
#ifndef ABI_XEN_H
#define ABI_XEN_H

#include "arch_x86.h"
#include "mmu.h"
#include "start_info.h"
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

/*
 * @multicall
 *   effect  carries out calls in order and writes each one's result beside it; a call that fails does not
 *           stop the next. What is preempted goes on where it was
 *   EFAULT  calls cannot be read and written; those before the one in question are done
 *   EINVAL  as the result of an entry: a multicall inside a multicall
 *   ENOSYS  as the result of an entry: there is no such hypercall
 */
/*
 * @set_timer_op
 *   before  timeout is system time in ns
 *   effect  sets this vCPU's one-shot timer, in place of the time set before; when it is reached, VIRQ_TIMER
 *           is sent. A time that has passed sends it at once; 0 stops the timer
 *   result  0
 */
/*
 * @fpu_taskswitch
 *   effect  sets CR0.TS when set is not 0, so that the next floating-point instruction raises #NM; clears it
 *           otherwise. A #NM that is delivered has cleared it already
 *   result  0
 */
/*
 * @set_debugreg
 *   effect  writes DR0 to DR3, DR6 or DR7 of this vCPU (4 and 5 stand for 6 and 7 while CR4.DE is clear)
 *   ENODEV  there is no such register
 *   EPERM   a breakpoint would be in the hypervisor's part, or DR7 has general detect set, or an I/O
 *           breakpoint without CR4.DE
 */
/*
 * @get_debugreg
 *   result  the register's value
 *   ENODEV  there is no such register
 */
/*
 * @sched_op_compat
 *   effect  yield, block and shutdown of sched_op; for shutdown arg is the reason itself
 *   ENOSYS  any other command
 */
/*
 * @event_channel_op_compat
 *   effect  event_channel_op with the command in front of its structure
 *   EFAULT  op cannot be reached
 *   note    other errors are those of event_channel_op
 */
/*
 * @physdev_op_compat
 *   effect  irq_status_query, set_iopl, set_iobitmap, apic_read, apic_write, alloc_irq_vector and
 *           free_irq_vector of physdev_op with the command in front of its structure
 *   EFAULT  op cannot be reached
 *   ENOSYS  any other command
 *   note    other errors are those of physdev_op
 */

/*
 * @console_io
 *   ENOSYS  there is no such command
 */
/*
 * @console_io.write
 *   effect  writes count bytes to the console. Of a domain that does not own it, only printable characters,
 *           tabs and line ends appear, a line at a time, with the domain's number in front
 *   result  0
 *   EFAULT  buffer cannot be read; what came before is written
 */
/*
 * @console_io.read
 *   effect  takes up to count bytes that were typed; never waits
 *   result  how many were taken
 *   EFAULT  buffer cannot be written
 *   E2BIG   count is above 2147483647
 *   EPERM   the caller does not own the console
 */
#define CONSOLEIO_write 0
#define CONSOLEIO_read 1

/*
 * @vm_assist
 *   effect  turns an assist on or off for the whole domain
 *   EINVAL  there is no such assist for a guest of this width
 *   ENOSYS  there is no such command
 */
/*
 * @vm_assist.enable
 *   effect  4gb_segments and its notify change nothing: segments have full limits anyway. pae_extended_cr3:
 *           roots may lie above 4 GiB, CR3 holding a rotated frame number. architectural_iopl: see set_iopl.
 *           The others as named
 *   EINVAL  there is no such assist for a guest of this width
 */
/*
 * @vm_assist.disable
 *   effect  undoes enable
 *   EINVAL  there is no such assist for a guest of this width
 */
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

#define XEN_PVCLOCK_TSC_STABLE_BIT (1 << 0)
#define XEN_PVCLOCK_GUEST_STOPPED (1 << 1)

#ifndef __ASSEMBLER__

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
 *   system_time + (((tsc - tsc_timestamp) << tsc_shift) * tsc_to_system_mul >> 32); negative shifts go right.
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

/* A bitmap in the guest's memory, of either width. */
typedef struct xenctl_bitmap {
    abi_u64_64 bitmap; /* pointer */
    uint32_t nr_bits;
} xenctl_bitmap_t;
ABI_SIZE(struct xenctl_bitmap, 16);

#endif /* __ASSEMBLER__ */

#endif
