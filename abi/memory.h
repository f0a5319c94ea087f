/* SPDX-License-Identifier: MIT */
/*
 * Memory reservations, the machine's memory map and the machine-to-physical table. Reference: memory.h.
 */
#ifndef ABI_MEMORY_H
#define ABI_MEMORY_H

#include "physdev.h"
#include "types.h"
#include "xen.h"

#define XENMEM_increase_reservation 0
#define XENMEM_decrease_reservation 1
#define XENMEM_maximum_ram_page 2
#define XENMEM_current_reservation 3
#define XENMEM_maximum_reservation 4
#define XENMEM_machphys_mfn_list 5
#define XENMEM_populate_physmap 6
#define XENMEM_add_to_physmap 7
#define XENMEM_memory_map 9
#define XENMEM_machine_memory_map 10
#define XENMEM_exchange 11
#define XENMEM_machphys_mapping 12
#define XENMEM_set_memory_map 13
#define XENMEM_maximum_gpfn 14
#define XENMEM_remove_from_physmap 15
#define XENMEM_set_pod_target 16
#define XENMEM_get_pod_target 17
#define XENMEM_get_sharing_freed_pages 18
#define XENMEM_get_sharing_shared_pages 19
#define XENMEM_paging_op 20
#define XENMEM_access_op 21
#define XENMEM_sharing_op 22
#define XENMEM_add_to_physmap_batch 23
#define XENMEM_claim_pages 24
#define XENMEM_machphys_compat_mfn_list 25
#define XENMEM_get_vnumainfo 26
#define XENMEM_reserved_device_memory_map 27
#define XENMEM_acquire_resource 28

/*
 * @memory_op
 *   before  bits 5 to 0 of cmd are the command; the others are the hypervisor's, for its continuations
 *   ENOSYS  there is no such command
 */
/*
 * @memory_op.increase_reservation
 *   effect  gives the domain nr_extents extents, and writes their first frames into extent_start when that is
 *           not 0
 *   result  how many extents were done. Fewer than asked for is how most failures show: no memory, the
 *           domain's maximum, an order too large, an argument that cannot be read or written
 *   EPERM   another domain is named and the caller has no power over it
 */
/*
 * @memory_op.decrease_reservation
 *   before  each element of extent_start is the first frame of an extent of the domain
 *   effect  gives the frames back; one that is still mapped or a table stays with the domain until the last
 *           use ends
 *   result  how many extents were done, as for increase_reservation
 *   EPERM   another domain is named and the caller has no power over it
 */
/*
 * @memory_op.populate_physmap
 *   before  each element of extent_start is a guest frame number
 *   effect  as increase_reservation, and sets the machine-to-physical entries of the new frames to the guest
 *           frame numbers from there on; the elements become the first machine frames
 *   result  how many extents were done, as for increase_reservation
 *   EPERM   another domain is named and the caller has no power over it
 */
/*
 * @memory_op.exchange
 *   before  in and out name the same domain and amount; nr_exchanged is 0; frames of in are not mapped and
 *           not tables
 *   effect  takes the frames of in, and gives others of out's order and address width for the guest frame
 *           numbers in out's list; the list becomes the new machine frames. nr_exchanged counts extents of in
 *           that are done, also on failure
 *   result  0
 *   EFAULT  arg or a list cannot be reached
 *   EINVAL  the sizes differ, the domains differ, nr_exchanged is above in's nr_extents, or a frame of in is
 *           not the domain's or is in use
 *   ESRCH   there is no such domain
 *   EPERM   the domain is another, or an order is larger than the caller may ask for
 *   ENOMEM  no frames of that order or width are free
 */
/*
 * @memory_op.maximum_ram_page
 *   result  one above the highest frame of RAM in the machine
 */
/*
 * @memory_op.current_reservation
 *   result  how many frames the domain has
 *   EFAULT  arg cannot be read
 *   ESRCH   there is no such domain
 *   EPERM   the domain is another, and the caller has no power over it
 */
/*
 * @memory_op.maximum_reservation
 *   result  how many frames the domain may have
 *   EFAULT  arg cannot be read
 *   ESRCH   there is no such domain
 *   EPERM   the domain is another, and the caller has no power over it
 */
/*
 * @memory_op.maximum_gpfn
 *   result  the highest guest frame number: max_pfn of the domain's shared_info, less one; 0 while that is 0
 *   EFAULT  arg cannot be read
 *   ESRCH   there is no such domain
 *   EPERM   the domain is another, and the caller has no power over it
 */
/*
 * @memory_op.machphys_mfn_list
 *   effect  writes the frames of the machine-to-physical table of the caller's width, one for each 2 MiB, up
 *           to max_extents
 *   result  0; nr_extents says how many were written
 *   EFAULT  arg or the list cannot be reached
 */
/*
 * @memory_op.machphys_compat_mfn_list
 *   effect  as machphys_mfn_list, for the table of 32-bit guests
 *   result  0; nr_extents says how many were written
 *   EFAULT  arg or the list cannot be reached
 */
/*
 * @memory_op.machphys_mapping
 *   effect  says where the machine-to-physical table is in the caller's address space, and its last entry
 *   result  0
 *   EFAULT  arg cannot be written
 */
/*
 * @memory_op.memory_map
 *   effect  writes the domain's own memory map, as far as it fits; nr_entries becomes the number written
 *   result  0
 *   ENOSYS  no map was set for the domain (the initial domain has none: its memory is one range from 0)
 *   EFAULT  arg or buffer cannot be reached
 */
/*
 * @memory_op.machine_memory_map
 *   effect  writes the machine's memory map; nr_entries becomes the number written; of a null buffer, the number needed
 *   result  0
 *   EPERM   the caller is not privileged
 *   EINVAL  the map does not fit
 *   EFAULT  arg or buffer cannot be reached
 */
/*
 * @memory_op.set_memory_map
 *   effect  sets the map that memory_map gives to the domain
 *   EPERM   the caller has no power over the domain
 *   ESRCH   there is no such domain
 *   EINVAL  it has too many entries
 *   EFAULT  arg or buffer cannot be read
 */
/*
 * @memory_op.acquire_resource
 *   effect  writes into frame_list frames of a resource of domid, from number frame on, which the caller may
 *           then map; with nr_frames 0 and no frame_list says how many there are, in nr_frames
 *   EPERM   the caller has no power over the domain
 *   ESRCH   there is no such domain
 *   EINVAL  there is no such resource, pad is not 0, or the range goes past its end
 *   EFAULT  arg or the list cannot be reached
 */
/*
 * @memory_op.remove_from_physmap
 *   note    for guests whose memory is translated, as add_to_physmap
 */
/*
 * @memory_op.add_to_physmap_batch
 *   note    for guests whose memory is translated, as add_to_physmap
 */
/*
 * @memory_op.set_pod_target
 *   note    for guests whose memory is translated
 */
/*
 * @memory_op.get_pod_target
 *   note    for guests whose memory is translated
 */
/*
 * @memory_op.get_sharing_freed_pages
 *   result  0: nothing is shared
 */
/*
 * @memory_op.get_sharing_shared_pages
 *   result  0: nothing is shared
 */
/*
 * @memory_op.claim_pages
 *   effect  sets frames aside for a domain that is about to be built; 0 frames undoes that
 *   EPERM   the caller is not privileged
 *   ESRCH   there is no such domain
 *   ENOMEM  fewer are free
 *   EINVAL  extent_order or mem_flags is not 0
 */
/*
 * @memory_op.get_vnumainfo
 *   EOPNOTSUPP the domain has no virtual NUMA layout
 */
/*
 * @memory_op.reserved_device_memory_map
 *   effect  says how many ranges the firmware reserves for devices: none without an IOMMU
 */
/*
 * @memory_op.add_to_physmap
 *   note    for guests whose memory is translated; a PV guest gets -EPERM or -EINVAL, or -ENOSYS while that
 *           is not built
 */

/* mem_flags: width of the addresses wanted (0: any) in bits 7 to 0, node plus one in bits 15 to 8. */
#define XENMEMF_address_bits(x) (x)
#define XENMEMF_get_address_bits(x) ((x)&0xffu)
#define XENMEMF_node(x) (((x) + 1) << 8)
#define XENMEMF_get_node(x) ((((x) >> 8) - 1) & 0xffu)
#define XENMEMF_populate_on_demand (1 << 16)
#define XENMEMF_exact_node_request (1 << 17)
#define XENMEMF_exact_node(n) (XENMEMF_node(n) | XENMEMF_exact_node_request)
#define XENMEMF_vnode (1 << 18)

#define XENMAPSPACE_shared_info 0
#define XENMAPSPACE_grant_table 1
#define XENMAPSPACE_gmfn 2
#define XENMAPSPACE_gmfn_range 3
#define XENMAPSPACE_gmfn_foreign 4
#define XENMAPSPACE_dev_mmio 5
#define XENMAPIDX_grant_table_status 0x80000000

#define XENMEM_resource_ioreq_server 0
#define XENMEM_resource_grant_table 1
#define XENMEM_resource_vmtrace_buf 2
#define XENMEM_resource_grant_table_id_shared 0
#define XENMEM_resource_grant_table_id_status 1
#define XENMEM_resource_ioreq_server_frame_bufioreq 0
#define XENMEM_resource_ioreq_server_frame_ioreq(n) (1 + (n))

#define XENMEM_RDM_ALL 1

/* Types of memory-map entries (the firmware's E820 numbers). */
#define E820_RAM 1
#define E820_RESERVED 2
#define E820_ACPI 3
#define E820_NVS 4
#define E820_UNUSABLE 5

#ifndef __ASSEMBLER__

/*
 * extent_start: array of nr_extents frame numbers, each the first of 1 << extent_order frames. What is in and
 * what is out depends on the command.
 */
struct xen_memory_reservation_32 {
    uint32_t extent_start; /* pointer to uint32_t */
    uint32_t nr_extents;
    uint32_t extent_order;
    uint32_t mem_flags; /* XENMEMF_ */
    domid_t domid;
};
ABI_SIZE(struct xen_memory_reservation_32, 20);
ABI_OFFSET(struct xen_memory_reservation_32, domid, 16);

struct xen_memory_reservation_64 {
    abi_u64_64 extent_start; /* pointer to uint64_t */
    abi_u64_64 nr_extents;
    uint32_t extent_order;
    uint32_t mem_flags;
    domid_t domid;
};
ABI_SIZE(struct xen_memory_reservation_64, 32);
ABI_OFFSET(struct xen_memory_reservation_64, domid, 24);

/* nr_exchanged: extents of `in` done so far. Must be 0 on the first call; the hypervisor advances it. */
struct xen_memory_exchange_32 {
    struct xen_memory_reservation_32 in;
    struct xen_memory_reservation_32 out;
    uint32_t nr_exchanged;
};
ABI_SIZE(struct xen_memory_exchange_32, 44);

struct xen_memory_exchange_64 {
    struct xen_memory_reservation_64 in;
    struct xen_memory_reservation_64 out;
    abi_u64_64 nr_exchanged;
};
ABI_SIZE(struct xen_memory_exchange_64, 72);

struct xen_memory_domain {
    domid_t domid;
};
ABI_SIZE(struct xen_memory_domain, 2);

/* Frames of the machine-to-physical table, one for each 2 MiB of it. nr_extents: out, how many follow. */
struct xen_machphys_mfn_list_32 {
    uint32_t max_extents;
    uint32_t extent_start; /* pointer to uint32_t */
    uint32_t nr_extents;
};
ABI_SIZE(struct xen_machphys_mfn_list_32, 12);

struct xen_machphys_mfn_list_64 {
    uint32_t max_extents;
    abi_u64_64 extent_start; /* pointer to uint64_t */
    uint32_t nr_extents;
};
ABI_SIZE(struct xen_machphys_mfn_list_64, 24);

struct xen_machphys_mapping_32 {
    uint32_t v_start, v_end; /* linear addresses; v_end is one past the last byte */
    uint32_t max_mfn;        /* last frame that has an entry */
};
ABI_SIZE(struct xen_machphys_mapping_32, 12);

struct xen_machphys_mapping_64 {
    abi_u64_64 v_start, v_end;
    abi_u64_64 max_mfn;
};
ABI_SIZE(struct xen_machphys_mapping_64, 24);

struct xen_add_to_physmap_32 {
    domid_t domid;
    uint16_t size;  /* pages, for XENMAPSPACE_gmfn_range */
    uint32_t space; /* XENMAPSPACE_ */
    uint32_t idx;
    uint32_t gpfn;
};
ABI_SIZE(struct xen_add_to_physmap_32, 16);

struct xen_add_to_physmap_64 {
    domid_t domid;
    uint16_t size;
    uint32_t space;
    abi_u64_64 idx;
    abi_u64_64 gpfn;
};
ABI_SIZE(struct xen_add_to_physmap_64, 24);

union xen_add_to_physmap_batch_extra {
    domid_t foreign_domid;
    uint16_t res0;
};

struct xen_add_to_physmap_batch_32 {
    domid_t domid;
    uint16_t space;
    uint16_t size;
    union xen_add_to_physmap_batch_extra u;
    uint32_t idxs;  /* pointer to uint32_t */
    uint32_t gpfns; /* pointer to uint32_t */
    uint32_t errs;  /* pointer to int32_t */
};
ABI_SIZE(struct xen_add_to_physmap_batch_32, 20);

struct xen_add_to_physmap_batch_64 {
    domid_t domid;
    uint16_t space;
    uint16_t size;
    union xen_add_to_physmap_batch_extra u;
    abi_u64_64 idxs;
    abi_u64_64 gpfns;
    abi_u64_64 errs;
};
ABI_SIZE(struct xen_add_to_physmap_batch_64, 32);

struct xen_remove_from_physmap_32 {
    domid_t domid;
    uint32_t gpfn;
};
ABI_SIZE(struct xen_remove_from_physmap_32, 8);

struct xen_remove_from_physmap_64 {
    domid_t domid;
    abi_u64_64 gpfn;
};
ABI_SIZE(struct xen_remove_from_physmap_64, 16);

/* nr_entries: in, how many fit in the buffer; out, how many were written. */
struct xen_memory_map_32 {
    uint32_t nr_entries;
    uint32_t buffer; /* pointer to struct e820_entry */
};
ABI_SIZE(struct xen_memory_map_32, 8);

struct xen_memory_map_64 {
    uint32_t nr_entries;
    abi_u64_64 buffer;
};
ABI_SIZE(struct xen_memory_map_64, 16);

/* An entry of such a map: the firmware's 20 bytes. */
struct e820_entry {
    abi_u64_32 addr;
    abi_u64_32 size;
    uint32_t type; /* E820_ */
};
ABI_SIZE(struct e820_entry, 20);

struct xen_foreign_memory_map_32 {
    domid_t domid;
    struct xen_memory_map_32 map;
};
ABI_SIZE(struct xen_foreign_memory_map_32, 12);

struct xen_foreign_memory_map_64 {
    domid_t domid;
    struct xen_memory_map_64 map;
};
ABI_SIZE(struct xen_foreign_memory_map_64, 24);

struct xen_pod_target_32 {
    abi_u64_32 target_pages;
    abi_u64_32 tot_pages;
    abi_u64_32 pod_cache_pages;
    abi_u64_32 pod_entries;
    domid_t domid;
};
ABI_SIZE(struct xen_pod_target_32, 36);

struct xen_pod_target_64 {
    abi_u64_64 target_pages;
    abi_u64_64 tot_pages;
    abi_u64_64 pod_cache_pages;
    abi_u64_64 pod_entries;
    domid_t domid;
};
ABI_SIZE(struct xen_pod_target_64, 40);

struct xen_reserved_device_memory_32 {
    uint32_t start_pfn;
    uint32_t nr_pages;
};
ABI_SIZE(struct xen_reserved_device_memory_32, 8);

struct xen_reserved_device_memory_64 {
    abi_u64_64 start_pfn;
    abi_u64_64 nr_pages;
};
ABI_SIZE(struct xen_reserved_device_memory_64, 16);

struct xen_reserved_device_memory_map_32 {
    uint32_t flags; /* XENMEM_RDM_ */
    uint32_t nr_entries;
    uint32_t buffer; /* pointer to struct xen_reserved_device_memory_32 */
    union {
        physdev_pci_device_t pci;
    } dev;
};
ABI_SIZE(struct xen_reserved_device_memory_map_32, 16);

struct xen_reserved_device_memory_map_64 {
    uint32_t flags;
    uint32_t nr_entries;
    abi_u64_64 buffer;
    union {
        physdev_pci_device_t pci;
    } dev;
};
ABI_SIZE(struct xen_reserved_device_memory_map_64, 24);

/* nr_frames 0 with no frame_list asks for the size, returned in nr_frames. */
struct xen_mem_acquire_resource_32 {
    domid_t domid;
    uint16_t type; /* XENMEM_resource_ */
    uint32_t id;
    uint32_t nr_frames;
    uint32_t pad; /* 0 */
    abi_u64_32 frame;
    uint32_t frame_list; /* pointer to uint32_t */
};
ABI_SIZE(struct xen_mem_acquire_resource_32, 28);

struct xen_mem_acquire_resource_64 {
    domid_t domid;
    uint16_t type;
    uint32_t id;
    uint32_t nr_frames;
    uint32_t pad;
    abi_u64_64 frame;
    abi_u64_64 frame_list; /* pointer to uint64_t */
};
ABI_SIZE(struct xen_mem_acquire_resource_64, 32);

typedef struct xen_vmemrange {
    uint64_t start, end;
    uint32_t flags;
    uint32_t nid;
} xen_vmemrange_t;
ABI_SIZE(struct xen_vmemrange, 24);

/* The three pointers have room for either width. */
struct xen_vnuma_topology_info_32 {
    domid_t domid;
    uint16_t pad;
    uint32_t nr_vnodes;
    uint32_t nr_vcpus;
    uint32_t nr_vmemranges;
    union {
        uint32_t h;
        abi_u64_32 pad;
    } vdistance, vcpu_to_vnode, vmemrange;
};
ABI_SIZE(struct xen_vnuma_topology_info_32, 40);

struct xen_vnuma_topology_info_64 {
    domid_t domid;
    uint16_t pad;
    uint32_t nr_vnodes;
    uint32_t nr_vcpus;
    uint32_t nr_vmemranges;
    union {
        abi_u64_64 h;
        abi_u64_64 pad;
    } vdistance, vcpu_to_vnode, vmemrange;
};
ABI_SIZE(struct xen_vnuma_topology_info_64, 40);

#endif /* __ASSEMBLER__ */

#endif
