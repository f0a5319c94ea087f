/* SPDX-License-Identifier: MIT */
/*
 * Control of domains, for the privileged domain. Reference: domctl.h, interface version 0x15. Nearly every
 * structure is the same for both guest widths: pointers take 64 bits. What concerns fully virtual guests,
 * debuggers, sharing and monitoring is left out.
 */
#ifndef ABI_DOMCTL_H
#define ABI_DOMCTL_H

#include "arch_x86.h"
#include "event_channel.h"
#include "grant_table.h"
#include "memory.h"
#include "types.h"
#include "xen.h"

#define XEN_DOMCTL_INTERFACE_VERSION 0x00000015

#define XEN_DOMCTL_createdomain 1
#define XEN_DOMCTL_destroydomain 2
#define XEN_DOMCTL_pausedomain 3
#define XEN_DOMCTL_unpausedomain 4
#define XEN_DOMCTL_getdomaininfo 5
#define XEN_DOMCTL_setvcpuaffinity 9
#define XEN_DOMCTL_shadow_op 10
#define XEN_DOMCTL_max_mem 11
#define XEN_DOMCTL_setvcpucontext 12
#define XEN_DOMCTL_getvcpucontext 13
#define XEN_DOMCTL_getvcpuinfo 14
#define XEN_DOMCTL_max_vcpus 15
#define XEN_DOMCTL_scheduler_op 16
#define XEN_DOMCTL_setdomainhandle 17
#define XEN_DOMCTL_setdebugging 18
#define XEN_DOMCTL_irq_permission 19
#define XEN_DOMCTL_iomem_permission 20
#define XEN_DOMCTL_ioport_permission 21
#define XEN_DOMCTL_hypercall_init 22
#define XEN_DOMCTL_settimeoffset 24
#define XEN_DOMCTL_getvcpuaffinity 25
#define XEN_DOMCTL_real_mode_area 26
#define XEN_DOMCTL_resumedomain 27
#define XEN_DOMCTL_sendtrigger 28
#define XEN_DOMCTL_subscribe 29
#define XEN_DOMCTL_gethvmcontext 33
#define XEN_DOMCTL_sethvmcontext 34
#define XEN_DOMCTL_set_address_size 35
#define XEN_DOMCTL_get_address_size 36
#define XEN_DOMCTL_assign_device 37
#define XEN_DOMCTL_bind_pt_irq 38
#define XEN_DOMCTL_memory_mapping 39
#define XEN_DOMCTL_ioport_mapping 40
#define XEN_DOMCTL_set_ext_vcpucontext 42
#define XEN_DOMCTL_get_ext_vcpucontext 43
#define XEN_DOMCTL_set_opt_feature 44
#define XEN_DOMCTL_test_assign_device 45
#define XEN_DOMCTL_set_target 46
#define XEN_DOMCTL_deassign_device 47
#define XEN_DOMCTL_unbind_pt_irq 48
#define XEN_DOMCTL_get_device_group 50
#define XEN_DOMCTL_debug_op 54
#define XEN_DOMCTL_gethvmcontext_partial 55
#define XEN_DOMCTL_vm_event_op 56
#define XEN_DOMCTL_mem_sharing_op 57
#define XEN_DOMCTL_gettscinfo 59
#define XEN_DOMCTL_settscinfo 60
#define XEN_DOMCTL_getpageframeinfo3 61
#define XEN_DOMCTL_setvcpuextstate 62
#define XEN_DOMCTL_getvcpuextstate 63
#define XEN_DOMCTL_set_access_required 64
#define XEN_DOMCTL_audit_p2m 65
#define XEN_DOMCTL_set_virq_handler 66
#define XEN_DOMCTL_set_broken_page_p2m 67
#define XEN_DOMCTL_setnodeaffinity 68
#define XEN_DOMCTL_getnodeaffinity 69
#define XEN_DOMCTL_cacheflush 71
#define XEN_DOMCTL_get_vcpu_msrs 72
#define XEN_DOMCTL_set_vcpu_msrs 73
#define XEN_DOMCTL_setvnumainfo 74
#define XEN_DOMCTL_psr_cmt_op 75
#define XEN_DOMCTL_monitor_op 77
#define XEN_DOMCTL_psr_alloc 78
#define XEN_DOMCTL_soft_reset 79
#define XEN_DOMCTL_vuart_op 81
#define XEN_DOMCTL_get_cpu_policy 82
#define XEN_DOMCTL_set_cpu_policy 83
#define XEN_DOMCTL_vmtrace_op 84
#define XEN_DOMCTL_get_paging_mempool_size 85
#define XEN_DOMCTL_set_paging_mempool_size 86
#define XEN_DOMCTL_gdbsx_guestmemio 1000
#define XEN_DOMCTL_gdbsx_pausevcpu 1001
#define XEN_DOMCTL_gdbsx_unpausevcpu 1002
#define XEN_DOMCTL_gdbsx_domstatus 1003

/*
 * @domctl
 *   EACCES  interface_version is another than ours
 *   ESRCH   there is no such domain
 *   EPERM   the caller is not privileged
 *   EFAULT  op, or what it points to, cannot be reached
 *   ENOSYS  there is no such command
 *   note    pointers in the structures have 64 bits for callers of either width
 */
/*
 * @domctl.createdomain
 *   effect  makes a domain: without vCPUs or memory, 64 bits wide, paused once. domain 0 (or above the
 *           ordinary numbers) lets the hypervisor choose the number; domain becomes it
 *   EEXIST  domain exists
 *   EINVAL  flags, iommu_opts, grant_opts or max_vcpus (1 to 32) ask for what there is not
 *   EOPNOTSUPP  arch.emulation_flags is not 0
 *   ENOMEM  no memory or no number is left
 */
/*
 * @domctl.destroydomain
 *   effect  stops the domain for ever and takes back all it has; channels to it are open again at their other
 *           ends. Frames that others map stay until they unmap them, and so long the domain is listed as
 *           dying. VIRQ_DOM_EXC is sent, and once more when nothing of it is left
 *   result  0, also when it was destroyed before
 *   EINVAL  domain is the caller
 */
/*
 * @domctl.pausedomain
 *   effect  the domain does not run until as many unpausedomain
 *   EINVAL  domain is the caller
 *   EBUSY   it was paused 255 times
 */
/*
 * @domctl.unpausedomain
 *   effect  undoes one pausedomain
 *   EINVAL  the domain is not paused
 */
/*
 * @domctl.getdomaininfo
 *   effect  describes the first domain whose number is domain or above; domain becomes its number
 *   EINVAL  domain is no ordinary number
 *   ESRCH   there is none
 *   note    the shutdown code of a domain that has none is all ones
 */
/*
 * @domctl.max_mem
 *   effect  the domain may have that much memory; it keeps what it has
 */
/*
 * @domctl.setvcpucontext
 *   before  the domain's tables are page tables already, or nobody maps them writable
 *   effect  sets the state of a vCPU that is not running, as VCPUOP_initialise does; VGCF_online brings it
 *           up. Of vCPU 0 also the domain's assists
 *   EINVAL  domain is the caller or dying, there is no such vCPU, or its tables cannot be used
 *   EOPNOTSUPP  the vCPU has a state already, with other tables
 */
/*
 * @domctl.getvcpucontext
 *   effect  reads the state of a vCPU
 *   ESRCH   the vCPU has not been made
 *   EINVAL  there is no such vCPU, or it is the calling one
 *   ENODATA it has no state yet
 */
/*
 * @domctl.getvcpuinfo
 *   effect  whether a vCPU is up, waits, runs; how long it ran; where
 *   ESRCH   the vCPU has not been made
 *   EINVAL  there is no such vCPU
 */
/*
 * @domctl.max_vcpus
 *   effect  makes the vCPUs that createdomain promised
 *   EINVAL  max is not what createdomain was told, or domain is the caller or dying
 *   ENOMEM  no memory is left; some may have been made
 */
/*
 * @domctl.scheduler_op
 *   effect  tells (getinfo) or sets (putinfo) a domain's weight and cap. Weight 0 and cap 0xffff leave what there
 *           is; a domain of twice the weight gets twice the time of one that is as busy; cap is in hundredths
 *           of a processor, 0 for none
 *   EINVAL  sched_id is not what sysctl tells, or cmd is another
 */
/*
 * @domctl.setdomainhandle
 *   effect  sets the UUID that getdomaininfo tells
 */
/*
 * @domctl.setdebugging
 *   effect  sets the flag that getdomaininfo tells
 *   EINVAL  domain is the caller
 */
/*
 * @domctl.iomem_permission
 *   effect  lets the domain map nr_mfns frames of device memory, or no more. A mapping it has stays
 *   EINVAL  the range is empty or goes past the end
 *   EPERM   the initial domain itself may not map all of it
 *   ENOMEM  the domain's rights are in too many pieces
 */
/*
 * @domctl.ioport_permission
 *   effect  lets the domain use nr_ports ports, or no more
 *   EINVAL  the range is empty or goes past the end
 *   EPERM   ring 0 keeps one of them
 *   ENOMEM  the domain's rights are in too many pieces
 */
/*
 * @domctl.irq_permission
 *   effect  lets the domain map an input of the I/O APIC, or no more
 *   EINVAL  there is no such interrupt
 *   EPERM   it is no input, or ring 0's own
 */
/*
 * @domctl.hypercall_init
 *   effect  fills a frame of the domain with call stubs
 *   EINVAL  gmfn is not a frame of the domain's, or cannot be written
 */
/*
 * @domctl.set_virq_handler
 *   effect  the domain, and not the initial one, is sent VIRQ_DOM_EXC from now on, until it is destroyed
 *   EINVAL  virq is no global one, or the domain is dying
 *   note    VIRQ_CONSOLE follows the console, which stays with the initial domain
 */
/*
 * @domctl.settimeoffset
 *   effect  the domain's wall clock is that far ahead of the machine's
 */
/*
 * @domctl.resumedomain
 *   effect  a domain that shut down goes on
 *   EINVAL  domain is the caller
 */
/*
 * @domctl.set_address_size
 *   effect  makes a domain 32 bits wide
 *   EACCES  it has memory
 *   EINVAL  size is not 32 and not what it has
 */
/*
 * @domctl.get_address_size
 *   effect  size becomes 32 or 64
 */
/*
 * @domctl.getpageframeinfo3
 *   effect  replaces each frame number in array by what the frame is used as; XTAB when it is not a frame of
 *           the domain's
 *   E2BIG   num is above 1024
 */

/* xen_domctl_createdomain.flags. */
#define _XEN_DOMCTL_CDF_hvm 0
#define XEN_DOMCTL_CDF_hvm (1U << _XEN_DOMCTL_CDF_hvm)
#define _XEN_DOMCTL_CDF_hap 1
#define XEN_DOMCTL_CDF_hap (1U << _XEN_DOMCTL_CDF_hap)
#define _XEN_DOMCTL_CDF_s3_integrity 2
#define XEN_DOMCTL_CDF_s3_integrity (1U << _XEN_DOMCTL_CDF_s3_integrity)
#define _XEN_DOMCTL_CDF_oos_off 3
#define XEN_DOMCTL_CDF_oos_off (1U << _XEN_DOMCTL_CDF_oos_off)
#define _XEN_DOMCTL_CDF_xs_domain 4
#define XEN_DOMCTL_CDF_xs_domain (1U << _XEN_DOMCTL_CDF_xs_domain)
#define _XEN_DOMCTL_CDF_iommu 5
#define XEN_DOMCTL_CDF_iommu (1U << _XEN_DOMCTL_CDF_iommu)
#define _XEN_DOMCTL_CDF_nested_virt 6
#define XEN_DOMCTL_CDF_nested_virt (1U << _XEN_DOMCTL_CDF_nested_virt)
#define XEN_DOMCTL_CDF_vpmu (1U << 7)
#define XEN_DOMCTL_CDF_MAX XEN_DOMCTL_CDF_vpmu
/* iommu_opts. */
#define _XEN_DOMCTL_IOMMU_no_sharept 0
#define XEN_DOMCTL_IOMMU_no_sharept (1U << _XEN_DOMCTL_IOMMU_no_sharept)
#define XEN_DOMCTL_IOMMU_MAX XEN_DOMCTL_IOMMU_no_sharept
/* grant_opts. */
#define XEN_DOMCTL_GRANT_version_mask 0xf
#define XEN_DOMCTL_GRANT_version(v) ((v)&XEN_DOMCTL_GRANT_version_mask)

/* xen_domctl_getdomaininfo.flags. */
#define _XEN_DOMINF_dying 0
#define XEN_DOMINF_dying (1U << _XEN_DOMINF_dying)
#define _XEN_DOMINF_hvm_guest 1
#define XEN_DOMINF_hvm_guest (1U << _XEN_DOMINF_hvm_guest)
#define _XEN_DOMINF_shutdown 2
#define XEN_DOMINF_shutdown (1U << _XEN_DOMINF_shutdown)
#define _XEN_DOMINF_paused 3
#define XEN_DOMINF_paused (1U << _XEN_DOMINF_paused)
#define _XEN_DOMINF_blocked 4
#define XEN_DOMINF_blocked (1U << _XEN_DOMINF_blocked)
#define _XEN_DOMINF_running 5
#define XEN_DOMINF_running (1U << _XEN_DOMINF_running)
#define _XEN_DOMINF_debugged 6
#define XEN_DOMINF_debugged (1U << _XEN_DOMINF_debugged)
#define _XEN_DOMINF_xs_domain 7
#define XEN_DOMINF_xs_domain (1U << _XEN_DOMINF_xs_domain)
#define _XEN_DOMINF_hap 8
#define XEN_DOMINF_hap (1U << _XEN_DOMINF_hap)
/* With XEN_DOMINF_shutdown: the reason, SHUTDOWN_. */
#define XEN_DOMINF_shutdownmask 255
#define XEN_DOMINF_shutdownshift 16
#define XEN_INVALID_MAX_VCPU_ID (~0U)

/* Elements of getpageframeinfo3.array, out: the type of a frame, in the upper bits. */
#define XEN_DOMCTL_PFINFO_LTAB_SHIFT 28
#define XEN_DOMCTL_PFINFO_NOTAB (0x0U << 28)
#define XEN_DOMCTL_PFINFO_L1TAB (0x1U << 28)
#define XEN_DOMCTL_PFINFO_L2TAB (0x2U << 28)
#define XEN_DOMCTL_PFINFO_L3TAB (0x3U << 28)
#define XEN_DOMCTL_PFINFO_L4TAB (0x4U << 28)
#define XEN_DOMCTL_PFINFO_LTABTYPE_MASK (0x7U << 28)
#define XEN_DOMCTL_PFINFO_LPINTAB (0x1U << 31) /* pinned */
#define XEN_DOMCTL_PFINFO_XTAB (0xfU << 28)    /* not a frame */
#define XEN_DOMCTL_PFINFO_XALLOC (0xeU << 28)
#define XEN_DOMCTL_PFINFO_BROKEN (0xdU << 28)
#define XEN_DOMCTL_PFINFO_LTAB_MASK (0xfU << 28)

/* xen_domctl_shadow_op.op, for dirty logging in live migration. */
#define XEN_DOMCTL_SHADOW_OP_OFF 0
#define XEN_DOMCTL_SHADOW_OP_ENABLE_TEST 1
#define XEN_DOMCTL_SHADOW_OP_ENABLE_LOGDIRTY 2
#define XEN_DOMCTL_SHADOW_OP_CLEAN 11 /* fetch the bitmap and clear it */
#define XEN_DOMCTL_SHADOW_OP_PEEK 12  /* fetch it only */
#define XEN_DOMCTL_SHADOW_OP_GET_ALLOCATION 30
#define XEN_DOMCTL_SHADOW_OP_SET_ALLOCATION 31
#define XEN_DOMCTL_SHADOW_OP_ENABLE 32
#define XEN_DOMCTL_SHADOW_ENABLE_REFCOUNT (1 << 1)
#define XEN_DOMCTL_SHADOW_ENABLE_LOG_DIRTY (1 << 2)
#define XEN_DOMCTL_SHADOW_ENABLE_TRANSLATE (1 << 3)
#define XEN_DOMCTL_SHADOW_ENABLE_EXTERNAL (1 << 4)
#define XEN_DOMCTL_SHADOW_LOGDIRTY_FINAL (1 << 0)

#define _XEN_VCPUAFFINITY_HARD 0
#define XEN_VCPUAFFINITY_HARD (1U << _XEN_VCPUAFFINITY_HARD)
#define _XEN_VCPUAFFINITY_SOFT 1
#define XEN_VCPUAFFINITY_SOFT (1U << _XEN_VCPUAFFINITY_SOFT)
#define _XEN_VCPUAFFINITY_FORCE 2
#define XEN_VCPUAFFINITY_FORCE (1U << _XEN_VCPUAFFINITY_FORCE)

#define XEN_SCHEDULER_CREDIT 5
#define XEN_SCHEDULER_CREDIT2 6
#define XEN_SCHEDULER_ARINC653 7
#define XEN_SCHEDULER_RTDS 8
#define XEN_SCHEDULER_NULL 9
#define _XEN_DOMCTL_SCHEDRT_extra 0
#define XEN_DOMCTL_SCHEDRT_extra (1U << _XEN_DOMCTL_SCHEDRT_extra)
#define XEN_DOMCTL_SCHEDOP_putinfo 0
#define XEN_DOMCTL_SCHEDOP_getinfo 1
#define XEN_DOMCTL_SCHEDOP_putvcpuinfo 2
#define XEN_DOMCTL_SCHEDOP_getvcpuinfo 3

#define XEN_DOMCTL_SENDTRIGGER_NMI 0
#define XEN_DOMCTL_SENDTRIGGER_RESET 1
#define XEN_DOMCTL_SENDTRIGGER_INIT 2
#define XEN_DOMCTL_SENDTRIGGER_POWER 3
#define XEN_DOMCTL_SENDTRIGGER_SLEEP 4

#define XEN_DOMCTL_DEV_PCI 0
#define XEN_DOMCTL_DEV_DT 1
#define XEN_DOMCTL_DEV_RDM_RELAXED 1

#define DPCI_ADD_MAPPING 1
#define DPCI_REMOVE_MAPPING 0

#define XEN_CPUID_INPUT_UNUSED 0xFFFFFFFF

#define XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_OFF 0
#define XEN_DOMCTL_DEBUG_OP_SINGLE_STEP_ON 1

#ifndef __ASSEMBLER__

struct xen_domctl_createdomain {
    uint32_t ssidref;
    xen_domain_handle_t handle;
    uint32_t flags;      /* XEN_DOMCTL_CDF_ */
    uint32_t iommu_opts; /* XEN_DOMCTL_IOMMU_ */
    uint32_t max_vcpus;
    uint32_t max_evtchn_port;
    int32_t max_grant_frames;    /* negative: the default */
    int32_t max_maptrack_frames; /* negative: the default */
    uint32_t grant_opts;         /* XEN_DOMCTL_GRANT_ */
    uint32_t vmtrace_size;
    uint32_t cpupool_id;
    struct xen_arch_domainconfig arch;
};
ABI_SIZE(struct xen_domctl_createdomain, 64);

typedef struct xen_domctl_getdomaininfo {
    domid_t domain;
    uint16_t pad1;
    uint32_t flags; /* XEN_DOMINF_ */
    abi_u64_64 tot_pages;
    abi_u64_64 max_pages;
    abi_u64_64 outstanding_pages;
    abi_u64_64 shr_pages;
    abi_u64_64 paged_pages;
    abi_u64_64 shared_info_frame;
    abi_u64_64 cpu_time; /* ns */
    uint32_t nr_online_vcpus;
    uint32_t max_vcpu_id;
    uint32_t ssidref;
    xen_domain_handle_t handle;
    uint32_t cpupool;
    uint8_t gpaddr_bits;
    uint8_t pad2[7];
    struct xen_arch_domainconfig arch_config;
} xen_domctl_getdomaininfo_t;
ABI_SIZE(struct xen_domctl_getdomaininfo, 112);
ABI_OFFSET(struct xen_domctl_getdomaininfo, cpu_time, 56);

struct xen_domctl_getpageframeinfo3 {
    abi_u64_64 num;
    abi_u64_64 array; /* pointer to xen_pfn_t: in, frames; out, XEN_DOMCTL_PFINFO_ */
};
ABI_SIZE(struct xen_domctl_getpageframeinfo3, 16);

struct xen_domctl_shadow_op_stats {
    uint32_t fault_count;
    uint32_t dirty_count;
};

struct xen_domctl_shadow_op {
    uint32_t op;
    uint32_t mode;
    uint32_t mb;
    abi_u64_64 dirty_bitmap; /* pointer to uint8_t */
    abi_u64_64 pages;        /* in, how many bits fit; out, how many there are */
    struct xen_domctl_shadow_op_stats stats;
};
ABI_SIZE(struct xen_domctl_shadow_op, 40);

struct xen_domctl_max_mem {
    abi_u64_64 max_memkb;
};

struct xen_domctl_vcpucontext {
    uint32_t vcpu;
    abi_u64_64 ctxt; /* pointer to vcpu_guest_context of the domain's width */
};
ABI_SIZE(struct xen_domctl_vcpucontext, 16);

struct xen_domctl_getvcpuinfo {
    uint32_t vcpu;
    uint8_t online;
    uint8_t blocked;
    uint8_t running;
    abi_u64_64 cpu_time; /* ns */
    uint32_t cpu;
};
ABI_SIZE(struct xen_domctl_getvcpuinfo, 24);

struct xen_domctl_nodeaffinity {
    struct xenctl_bitmap nodemap;
};

struct xen_domctl_vcpuaffinity {
    uint32_t vcpu;
    uint32_t flags; /* XEN_VCPUAFFINITY_ */
    struct xenctl_bitmap cpumap_hard;
    struct xenctl_bitmap cpumap_soft;
};
ABI_SIZE(struct xen_domctl_vcpuaffinity, 40);

struct xen_domctl_max_vcpus {
    uint32_t max;
};

struct xen_domctl_sched_credit {
    uint16_t weight;
    uint16_t cap; /* percent of one processor; 0: none */
};

struct xen_domctl_sched_credit2 {
    uint16_t weight;
    uint16_t cap;
};

struct xen_domctl_sched_rtds {
    uint32_t period; /* us */
    uint32_t budget; /* us */
    uint32_t flags;
};

typedef struct xen_domctl_schedparam_vcpu {
    union {
        struct xen_domctl_sched_credit credit;
        struct xen_domctl_sched_credit2 credit2;
        struct xen_domctl_sched_rtds rtds;
    } u;
    uint32_t vcpuid;
} xen_domctl_schedparam_vcpu_t;
ABI_SIZE(struct xen_domctl_schedparam_vcpu, 16);

struct xen_domctl_scheduler_op {
    uint32_t sched_id; /* XEN_SCHEDULER_ */
    uint32_t cmd;      /* XEN_DOMCTL_SCHEDOP_ */
    union {
        struct xen_domctl_sched_credit credit;
        struct xen_domctl_sched_credit2 credit2;
        struct xen_domctl_sched_rtds rtds;
        struct {
            abi_u64_64 vcpus; /* pointer to xen_domctl_schedparam_vcpu_t */
            uint32_t nr_vcpus;
            uint32_t padding;
        } v;
    } u;
};
ABI_SIZE(struct xen_domctl_scheduler_op, 24);

struct xen_domctl_setdomainhandle {
    xen_domain_handle_t handle;
};

struct xen_domctl_setdebugging {
    uint8_t enable;
};

struct xen_domctl_irq_permission {
    uint32_t pirq;
    uint8_t allow_access;
    uint8_t pad[3];
};
ABI_SIZE(struct xen_domctl_irq_permission, 8);

struct xen_domctl_iomem_permission {
    abi_u64_64 first_mfn;
    abi_u64_64 nr_mfns;
    uint8_t allow_access;
};
ABI_SIZE(struct xen_domctl_iomem_permission, 24);

struct xen_domctl_ioport_permission {
    uint32_t first_port;
    uint32_t nr_ports;
    uint8_t allow_access;
};
ABI_SIZE(struct xen_domctl_ioport_permission, 12);

struct xen_domctl_hypercall_init {
    abi_u64_64 gmfn;
};

struct xen_domctl_settimeoffset {
    abi_s64_64 time_offset_seconds;
};

struct xen_domctl_address_size {
    uint32_t size; /* 32 or 64 */
};

struct xen_domctl_sendtrigger {
    uint32_t trigger; /* XEN_DOMCTL_SENDTRIGGER_ */
    uint32_t vcpu;
};

struct xen_domctl_assign_device {
    uint32_t dev;   /* XEN_DOMCTL_DEV_ */
    uint32_t flags; /* XEN_DOMCTL_DEV_RDM_ */
    union {
        struct {
            uint32_t machine_sbdf; /* segment << 16 | bus << 8 | device and function */
        } pci;
        struct {
            uint32_t size;
            abi_u64_64 path; /* pointer to char */
        } dt;
    } u;
};
ABI_SIZE(struct xen_domctl_assign_device, 24);

struct xen_domctl_memory_mapping {
    abi_u64_64 first_gfn;
    abi_u64_64 first_mfn;
    abi_u64_64 nr_mfns;
    uint32_t add_mapping; /* DPCI_ */
    uint32_t padding;
};
ABI_SIZE(struct xen_domctl_memory_mapping, 32);

struct xen_domctl_ioport_mapping {
    uint32_t first_gport;
    uint32_t first_mport;
    uint32_t nr_ports;
    uint32_t add_mapping; /* DPCI_ */
};
ABI_SIZE(struct xen_domctl_ioport_mapping, 16);

struct xen_domctl_ext_vcpucontext {
    uint32_t vcpu;
    uint32_t size; /* in: of this structure; out: bytes valid */
    abi_u64_64 syscall32_callback_eip;
    abi_u64_64 sysenter_callback_eip;
    uint16_t syscall32_callback_cs;
    uint16_t sysenter_callback_cs;
    uint8_t syscall32_disables_events;
    uint8_t sysenter_disables_events;
    union {
        abi_u64_64 mcg_cap;
        struct {
            abi_u64_64 caps;
            abi_u64_64 mci_ctl2_bank0;
            abi_u64_64 mci_ctl2_bank1;
            abi_u64_64 mcg_ext_ctl;
        } vmce;
    };
};
ABI_SIZE(struct xen_domctl_ext_vcpucontext, 64);

struct xen_domctl_set_target {
    domid_t target;
};

typedef struct xen_domctl_cpu_policy {
    uint32_t nr_leaves;
    uint32_t nr_msrs;
    abi_u64_64 leaves;                       /* pointer to xen_cpuid_leaf_t */
    abi_u64_64 msrs;                         /* pointer to xen_msr_entry_t */
    uint32_t err_leaf, err_subleaf, err_msr; /* out */
} xen_domctl_cpu_policy_t;
ABI_SIZE(struct xen_domctl_cpu_policy, 40);

struct xen_domctl_subscribe {
    uint32_t port;
};

struct xen_domctl_debug_op {
    uint32_t op; /* XEN_DOMCTL_DEBUG_OP_ */
    uint32_t vcpu;
};

struct xen_domctl_tsc_info {
    uint32_t tsc_mode;
    uint32_t gtsc_khz;
    uint32_t incarnation;
    uint32_t pad;
    abi_u64_64 elapsed_nsec;
};
ABI_SIZE(struct xen_domctl_tsc_info, 24);

struct xen_domctl_set_virq_handler {
    uint32_t virq; /* VIRQ_, of the initial domain's, to be sent to this domain */
};

struct xen_domctl_vcpuextstate {
    uint32_t vcpu;
    abi_u64_64 xfeature_mask;
    abi_u64_64 size;
    abi_u64_64 buffer; /* pointer to uint64_t */
};
ABI_SIZE(struct xen_domctl_vcpuextstate, 32);

struct xen_domctl_paging_mempool {
    abi_u64_64 size;
};

typedef struct xen_domctl_vcpu_msr {
    uint32_t index;
    uint32_t reserved;
    abi_u64_64 value;
} xen_domctl_vcpu_msr_t;
ABI_SIZE(struct xen_domctl_vcpu_msr, 16);

struct xen_domctl_vcpu_msrs {
    uint32_t vcpu;
    uint32_t msr_count;
    abi_u64_64 msrs; /* pointer to xen_domctl_vcpu_msr_t */
};
ABI_SIZE(struct xen_domctl_vcpu_msrs, 16);

/* The argument of the hypercall. interface_version must be XEN_DOMCTL_INTERFACE_VERSION. */
typedef struct xen_domctl {
    uint32_t cmd; /* XEN_DOMCTL_ */
    uint32_t interface_version;
    domid_t domain;
    uint16_t _pad[3];
    union {
        struct xen_domctl_createdomain createdomain;
        struct xen_domctl_getdomaininfo getdomaininfo;
        struct xen_domctl_getpageframeinfo3 getpageframeinfo3;
        struct xen_domctl_nodeaffinity nodeaffinity;
        struct xen_domctl_vcpuaffinity vcpuaffinity;
        struct xen_domctl_shadow_op shadow_op;
        struct xen_domctl_max_mem max_mem;
        struct xen_domctl_vcpucontext vcpucontext;
        struct xen_domctl_getvcpuinfo getvcpuinfo;
        struct xen_domctl_max_vcpus max_vcpus;
        struct xen_domctl_scheduler_op scheduler_op;
        struct xen_domctl_setdomainhandle setdomainhandle;
        struct xen_domctl_setdebugging setdebugging;
        struct xen_domctl_irq_permission irq_permission;
        struct xen_domctl_iomem_permission iomem_permission;
        struct xen_domctl_ioport_permission ioport_permission;
        struct xen_domctl_hypercall_init hypercall_init;
        struct xen_domctl_settimeoffset settimeoffset;
        struct xen_domctl_tsc_info tsc_info;
        struct xen_domctl_address_size address_size;
        struct xen_domctl_sendtrigger sendtrigger;
        struct xen_domctl_assign_device assign_device;
        struct xen_domctl_memory_mapping memory_mapping;
        struct xen_domctl_ioport_mapping ioport_mapping;
        struct xen_domctl_ext_vcpucontext ext_vcpucontext;
        struct xen_domctl_set_target set_target;
        struct xen_domctl_subscribe subscribe;
        struct xen_domctl_debug_op debug_op;
        struct xen_domctl_cpu_policy cpu_policy;
        struct xen_domctl_vcpuextstate vcpuextstate;
        struct xen_domctl_vcpu_msrs vcpu_msrs;
        struct xen_domctl_set_virq_handler set_virq_handler;
        struct xen_domctl_paging_mempool paging_mempool;
        uint8_t pad[128];
    } u;
} xen_domctl_t;
ABI_SIZE(struct xen_domctl, 144);
ABI_OFFSET(struct xen_domctl, u, 16);

#endif /* __ASSEMBLER__ */

#endif
