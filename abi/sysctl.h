/* SPDX-License-Identifier: MIT */
/*
 * Questions about the machine and control of it, for the privileged domain. Reference: sysctl.h, interface
 * version 0x15. The same for both guest widths: pointers take 64 bits. Power management, profiling, live
 * patching and cache allocation are left out.
 */
#ifndef ABI_SYSCTL_H
#define ABI_SYSCTL_H

#include "domctl.h"
#include "physdev.h"
#include "types.h"
#include "xen.h"

#define XEN_SYSCTL_INTERFACE_VERSION 0x00000015

#define XEN_SYSCTL_readconsole 1
#define XEN_SYSCTL_tbuf_op 2
#define XEN_SYSCTL_physinfo 3
#define XEN_SYSCTL_sched_id 4
#define XEN_SYSCTL_perfc_op 5
#define XEN_SYSCTL_getdomaininfolist 6
#define XEN_SYSCTL_debug_keys 7
#define XEN_SYSCTL_getcpuinfo 8
#define XEN_SYSCTL_availheap 9
#define XEN_SYSCTL_get_pmstat 10
#define XEN_SYSCTL_cpu_hotplug 11
#define XEN_SYSCTL_pm_op 12
#define XEN_SYSCTL_page_offline_op 14
#define XEN_SYSCTL_lockprof_op 15
#define XEN_SYSCTL_cputopoinfo 16
#define XEN_SYSCTL_numainfo 17
#define XEN_SYSCTL_cpupool_op 18
#define XEN_SYSCTL_scheduler_op 19
#define XEN_SYSCTL_coverage_op 20
#define XEN_SYSCTL_psr_cmt_op 21
#define XEN_SYSCTL_pcitopoinfo 22
#define XEN_SYSCTL_psr_alloc 23
#define XEN_SYSCTL_get_cpu_levelling_caps 25
#define XEN_SYSCTL_get_cpu_featureset 26
#define XEN_SYSCTL_livepatch_op 27
#define XEN_SYSCTL_get_cpu_policy 29

/*
 * @sysctl
 *   EACCES  interface_version is another than ours
 *   EPERM   the caller is not privileged
 *   EFAULT  op, or what it points to, cannot be reached
 *   ENOSYS  there is no such command
 *   note    pointers in the structures have 64 bits for callers of either width
 */
/*
 * @sysctl.readconsole
 *   effect  copies out what was printed since it was last cleared, or with incremental since index; count
 *           becomes how many bytes, index where to go on. clear: what was copied is not told again
 */
/*
 * @sysctl.physinfo
 *   effect  processors, memory and capabilities
 */
/*
 * @sysctl.sched_id
 *   effect  which scheduler's parameters scheduler_op of domctl takes
 *   note    always XEN_SCHEDULER_CREDIT2, whose weight and cap mean what Ringlet's mean
 */
/*
 * @sysctl.getdomaininfolist
 *   effect  describes up to max_domains domains, from number first_domain on; num_domains becomes how many
 */
/*
 * @sysctl.debug_keys
 *   effect  a line on the console for each key
 *   E2BIG   there are more than 16; nothing is printed
 *   EFAULT  keys cannot be read; nothing is printed
 */
/*
 * @sysctl.getcpuinfo
 *   effect  how long each processor had nothing to do; nr_cpus becomes how many were told
 */
/*
 * @sysctl.availheap
 *   effect  free bytes in frames whose addresses have more than min_bitwidth and at most max_bitwidth bits
 */
/*
 * @sysctl.cputopoinfo
 *   effect  core, socket and node of each processor; without cputopo only how many there are
 */
/*
 * @sysctl.numainfo
 *   effect  memory of the one node there is, and its distance to itself; without pointers only the number
 */

/* xen_sysctl_physinfo.capabilities. */
#define _XEN_SYSCTL_PHYSCAP_hvm 0
#define XEN_SYSCTL_PHYSCAP_hvm (1u << _XEN_SYSCTL_PHYSCAP_hvm)
#define _XEN_SYSCTL_PHYSCAP_pv 1
#define XEN_SYSCTL_PHYSCAP_pv (1u << _XEN_SYSCTL_PHYSCAP_pv)
#define _XEN_SYSCTL_PHYSCAP_directio 2
#define XEN_SYSCTL_PHYSCAP_directio (1u << _XEN_SYSCTL_PHYSCAP_directio)
#define _XEN_SYSCTL_PHYSCAP_hap 3
#define XEN_SYSCTL_PHYSCAP_hap (1u << _XEN_SYSCTL_PHYSCAP_hap)
#define _XEN_SYSCTL_PHYSCAP_shadow 4
#define XEN_SYSCTL_PHYSCAP_shadow (1u << _XEN_SYSCTL_PHYSCAP_shadow)
#define _XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share 5
#define XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share (1u << _XEN_SYSCTL_PHYSCAP_iommu_hap_pt_share)
#define XEN_SYSCTL_PHYSCAP_vmtrace (1u << 6)
#define XEN_SYSCTL_PHYSCAP_vpmu (1u << 7)
#define XEN_SYSCTL_PHYSCAP_gnttab_v1 (1u << 8)
#define XEN_SYSCTL_PHYSCAP_gnttab_v2 (1u << 9)
#define XEN_SYSCTL_PHYSCAP_MAX XEN_SYSCTL_PHYSCAP_gnttab_v2

#define XEN_SYSCTL_CPU_HOTPLUG_ONLINE 0
#define XEN_SYSCTL_CPU_HOTPLUG_OFFLINE 1
#define XEN_SYSCTL_CPU_HOTPLUG_SMT_ENABLE 2
#define XEN_SYSCTL_CPU_HOTPLUG_SMT_DISABLE 3

#define XEN_INVALID_CORE_ID (~0U)
#define XEN_INVALID_SOCKET_ID (~0U)
#define XEN_INVALID_NODE_ID (~0U)
#define XEN_INVALID_MEM_SZ (~0U)
#define XEN_INVALID_NODE_DIST (~0U)
#define XEN_INVALID_DEV (XEN_INVALID_NODE_ID - 1)

#define XEN_SYSCTL_CPUPOOL_OP_CREATE 1
#define XEN_SYSCTL_CPUPOOL_OP_DESTROY 2
#define XEN_SYSCTL_CPUPOOL_OP_INFO 3
#define XEN_SYSCTL_CPUPOOL_OP_ADDCPU 4
#define XEN_SYSCTL_CPUPOOL_OP_RMCPU 5
#define XEN_SYSCTL_CPUPOOL_OP_MOVEDOMAIN 6
#define XEN_SYSCTL_CPUPOOL_OP_FREEINFO 7
#define XEN_SYSCTL_CPUPOOL_PAR_ANY 0xFFFFFFFF

#define XEN_SYSCTL_cpu_featureset_raw 0
#define XEN_SYSCTL_cpu_featureset_host 1
#define XEN_SYSCTL_cpu_featureset_pv 2
#define XEN_SYSCTL_cpu_featureset_hvm 3
#define XEN_SYSCTL_cpu_featureset_pv_max 4
#define XEN_SYSCTL_cpu_featureset_hvm_max 5
#define XEN_SYSCTL_cpu_policy_raw 0
#define XEN_SYSCTL_cpu_policy_host 1
#define XEN_SYSCTL_cpu_policy_pv_max 2
#define XEN_SYSCTL_cpu_policy_hvm_max 3
#define XEN_SYSCTL_cpu_policy_pv_default 4
#define XEN_SYSCTL_cpu_policy_hvm_default 5

#ifndef __ASSEMBLER__

struct xen_sysctl_readconsole {
    uint8_t clear;       /* empty the ring afterwards */
    uint8_t incremental; /* start at index, and return the index to go on from */
    uint8_t pad0, pad1;
    uint32_t index;
    abi_u64_64 buffer; /* pointer to char */
    uint32_t count;    /* in, bytes that fit; out, bytes written */
};
ABI_SIZE(struct xen_sysctl_readconsole, 24);

struct xen_sysctl_physinfo {
    uint32_t threads_per_core;
    uint32_t cores_per_socket;
    uint32_t nr_cpus;
    uint32_t max_cpu_id;
    uint32_t nr_nodes;
    uint32_t max_node_id;
    uint32_t cpu_khz;
    uint32_t capabilities; /* XEN_SYSCTL_PHYSCAP_ */
    uint32_t arch_capabilities;
    uint32_t pad;
    abi_u64_64 total_pages;
    abi_u64_64 free_pages;
    abi_u64_64 scrub_pages;
    abi_u64_64 outstanding_pages;
    abi_u64_64 max_mfn;
    uint32_t hw_cap[8];
};
ABI_SIZE(struct xen_sysctl_physinfo, 112);

struct xen_sysctl_sched_id {
    uint32_t sched_id; /* out: XEN_SCHEDULER_ */
};

struct xen_sysctl_getdomaininfolist {
    domid_t first_domain;
    uint32_t max_domains;
    abi_u64_64 buffer;    /* pointer to xen_domctl_getdomaininfo_t */
    uint32_t num_domains; /* out */
};
ABI_SIZE(struct xen_sysctl_getdomaininfolist, 24);

struct xen_sysctl_debug_keys {
    abi_u64_64 keys; /* pointer to char */
    uint32_t nr_keys;
};
ABI_SIZE(struct xen_sysctl_debug_keys, 16);

typedef struct xen_sysctl_cpuinfo {
    abi_u64_64 idletime; /* ns */
} xen_sysctl_cpuinfo_t;

struct xen_sysctl_getcpuinfo {
    uint32_t max_cpus;
    abi_u64_64 info;  /* pointer to xen_sysctl_cpuinfo_t */
    uint32_t nr_cpus; /* out */
};
ABI_SIZE(struct xen_sysctl_getcpuinfo, 24);

struct xen_sysctl_availheap {
    uint32_t min_bitwidth;  /* 0: any */
    uint32_t max_bitwidth;  /* 0: any */
    int32_t node;           /* -1: all */
    abi_u64_64 avail_bytes; /* out */
};
ABI_SIZE(struct xen_sysctl_availheap, 24);

struct xen_sysctl_cpu_hotplug {
    uint32_t cpu;
    uint32_t op; /* XEN_SYSCTL_CPU_HOTPLUG_ */
};

typedef struct xen_sysctl_cputopo {
    uint32_t core;
    uint32_t socket;
    uint32_t node;
} xen_sysctl_cputopo_t;

struct xen_sysctl_cputopoinfo {
    uint32_t num_cpus;
    abi_u64_64 cputopo; /* pointer to xen_sysctl_cputopo_t; 0: number only */
};
ABI_SIZE(struct xen_sysctl_cputopoinfo, 16);

typedef struct xen_sysctl_meminfo {
    uint64_t memsize;
    uint64_t memfree;
} xen_sysctl_meminfo_t;

struct xen_sysctl_numainfo {
    uint32_t num_nodes;
    abi_u64_64 meminfo;  /* pointer to xen_sysctl_meminfo_t */
    abi_u64_64 distance; /* pointer to uint32_t */
};
ABI_SIZE(struct xen_sysctl_numainfo, 24);

struct xen_sysctl_cpupool_op {
    uint32_t op; /* XEN_SYSCTL_CPUPOOL_OP_ */
    uint32_t cpupool_id;
    uint32_t sched_id;
    uint32_t domid;
    uint32_t cpu;
    uint32_t n_dom;
    struct xenctl_bitmap cpumap;
};
ABI_SIZE(struct xen_sysctl_cpupool_op, 40);

struct xen_sysctl_pcitopoinfo {
    uint32_t num_devs;
    abi_u64_64 devs;  /* pointer to physdev_pci_device_t */
    abi_u64_64 nodes; /* pointer to uint32_t */
};
ABI_SIZE(struct xen_sysctl_pcitopoinfo, 24);

struct xen_sysctl_cpu_featureset {
    uint32_t index; /* XEN_SYSCTL_cpu_featureset_ */
    uint32_t nr_features;
    abi_u64_64 features; /* pointer to uint32_t */
};
ABI_SIZE(struct xen_sysctl_cpu_featureset, 16);

typedef struct xen_sysctl_cpu_policy {
    uint32_t index; /* XEN_SYSCTL_cpu_policy_ */
    uint32_t nr_leaves;
    uint32_t nr_msrs;
    uint32_t _rsvd;
    abi_u64_64 leaves; /* pointer to xen_cpuid_leaf_t */
    abi_u64_64 msrs;   /* pointer to xen_msr_entry_t */
} xen_sysctl_cpu_policy_t;
ABI_SIZE(struct xen_sysctl_cpu_policy, 32);

/* The argument of the hypercall. interface_version must be XEN_SYSCTL_INTERFACE_VERSION. */
typedef struct xen_sysctl {
    uint32_t cmd; /* XEN_SYSCTL_ */
    uint32_t interface_version;
    union {
        struct xen_sysctl_readconsole readconsole;
        struct xen_sysctl_physinfo physinfo;
        struct xen_sysctl_cputopoinfo cputopoinfo;
        struct xen_sysctl_pcitopoinfo pcitopoinfo;
        struct xen_sysctl_numainfo numainfo;
        struct xen_sysctl_sched_id sched_id;
        struct xen_sysctl_getdomaininfolist getdomaininfolist;
        struct xen_sysctl_debug_keys debug_keys;
        struct xen_sysctl_getcpuinfo getcpuinfo;
        struct xen_sysctl_availheap availheap;
        struct xen_sysctl_cpu_hotplug cpu_hotplug;
        struct xen_sysctl_cpupool_op cpupool_op;
        struct xen_sysctl_cpu_featureset cpu_featureset;
        struct xen_sysctl_cpu_policy cpu_policy;
        uint8_t pad[128];
    } u;
} xen_sysctl_t;
ABI_SIZE(struct xen_sysctl, 136);
ABI_OFFSET(struct xen_sysctl, u, 8);

#endif /* __ASSEMBLER__ */

#endif
