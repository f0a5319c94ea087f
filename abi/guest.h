/* SPDX-License-Identifier: MIT */
/*
 * For guests: the contract under the field's plain names, in the width the guest is compiled for. Everything
 * here is an alias; a guest that includes this header uses start_info_t where the hypervisor uses struct
 * start_info_32. Only guests include it. With __ASSEMBLER__ it gives the selectors and addresses alone.
 */
#ifndef ABI_GUEST_H
#define ABI_GUEST_H

#include "callback.h"
#include "domctl.h"
#include "elfnote.h"
#include "errno.h"
#include "event_channel.h"
#include "features.h"
#include "io_blkif.h"
#include "grant_table.h"
#include "memory.h"
#include "nmi.h"
#include "physdev.h"
#include "platform.h"
#include "sched.h"
#include "sysctl.h"
#include "vcpu.h"
#include "version.h"
#include "xen.h"

#ifdef __i386__
#define ABI_GUEST(name) name##_32
#define ABI_GUEST_RING(name, part) name##_32_##part
#else
#define ABI_GUEST(name) name##_64
#define ABI_GUEST_RING(name, part) name##_64_##part
#endif

#define FLAT_KERNEL_CS ABI_GUEST(FLAT_KERNEL_CS)
#define FLAT_KERNEL_DS ABI_GUEST(FLAT_KERNEL_DS)
#define FLAT_KERNEL_SS ABI_GUEST(FLAT_KERNEL_SS)
#define FLAT_USER_CS ABI_GUEST(FLAT_USER_CS)
#define FLAT_USER_DS ABI_GUEST(FLAT_USER_DS)
#define FLAT_USER_SS ABI_GUEST(FLAT_USER_SS)
#define HYPERVISOR_VIRT_START ABI_GUEST(HYPERVISOR_VIRT_START)
#ifndef __i386__
#define HYPERVISOR_VIRT_END ABI_GUEST(HYPERVISOR_VIRT_END)
#endif
#define MACH2PHYS_VIRT_START ABI_GUEST(MACH2PHYS_VIRT_START)
#define MACH2PHYS_VIRT_END ABI_GUEST(MACH2PHYS_VIRT_END)
#define MACH2PHYS_NR_ENTRIES ABI_GUEST(MACH2PHYS_NR_ENTRIES)
#define EVTCHN_2L_NR_CHANNELS ABI_GUEST(EVTCHN_2L_NR_CHANNELS)

#ifndef __ASSEMBLER__

#define xen_pfn_to_cr3(pfn) ABI_GUEST(xen_pfn_to_cr3)(pfn)
#define xen_cr3_to_pfn(cr3) ABI_GUEST(xen_cr3_to_pfn)(cr3)

#define machine_to_phys_mapping ((xen_pfn_t *)MACH2PHYS_VIRT_START)

#ifdef __i386__
typedef uint32_t xen_ulong_t;
typedef uint32_t xen_pfn_t;
typedef struct xen_callback_32 xen_callback_t;
#define ABI_WC_SEC_HI arch.wc_sec_hi
#else
typedef uint64_t xen_ulong_t;
typedef uint64_t xen_pfn_t;
typedef xen_callback_64_t xen_callback_t;
#define ABI_WC_SEC_HI wc_sec_hi
#endif
#define xen_wc_sec_hi ABI_WC_SEC_HI

typedef struct ABI_GUEST(cpu_user_regs) cpu_user_regs_t;
typedef struct ABI_GUEST(trap_info) trap_info_t;
typedef struct ABI_GUEST(vcpu_guest_context) vcpu_guest_context_t;
typedef struct ABI_GUEST(arch_vcpu_info) arch_vcpu_info_t;
typedef struct ABI_GUEST(arch_shared_info) arch_shared_info_t;
typedef struct ABI_GUEST(mmuext_op) mmuext_op_t;
typedef struct mmu_update mmu_update_t;
typedef struct ABI_GUEST(multicall_entry) multicall_entry_t;
typedef struct ABI_GUEST(vcpu_info) vcpu_info_t;
typedef struct ABI_GUEST(shared_info) shared_info_t;
typedef struct ABI_GUEST(start_info) start_info_t;

typedef struct ABI_GUEST(xen_memory_reservation) xen_memory_reservation_t;
typedef struct ABI_GUEST(xen_memory_exchange) xen_memory_exchange_t;
typedef struct ABI_GUEST(xen_machphys_mfn_list) xen_machphys_mfn_list_t;
typedef struct ABI_GUEST(xen_machphys_mapping) xen_machphys_mapping_t;
typedef struct ABI_GUEST(xen_add_to_physmap) xen_add_to_physmap_t;
typedef struct ABI_GUEST(xen_add_to_physmap_batch) xen_add_to_physmap_batch_t;
typedef struct ABI_GUEST(xen_remove_from_physmap) xen_remove_from_physmap_t;
typedef struct ABI_GUEST(xen_memory_map) xen_memory_map_t;
typedef struct ABI_GUEST(xen_foreign_memory_map) xen_foreign_memory_map_t;
typedef struct ABI_GUEST(xen_pod_target) xen_pod_target_t;
typedef struct ABI_GUEST(xen_reserved_device_memory) xen_reserved_device_memory_t;
typedef struct ABI_GUEST(xen_reserved_device_memory_map) xen_reserved_device_memory_map_t;
typedef struct ABI_GUEST(xen_mem_acquire_resource) xen_mem_acquire_resource_t;
typedef struct ABI_GUEST(xen_vnuma_topology_info) xen_vnuma_topology_info_t;

typedef struct ABI_GUEST(gnttab_setup_table) gnttab_setup_table_t;
typedef struct ABI_GUEST(gnttab_transfer) gnttab_transfer_t;
typedef struct ABI_GUEST(gnttab_copy) gnttab_copy_t;
typedef struct ABI_GUEST(gnttab_get_status_frames) gnttab_get_status_frames_t;

typedef struct ABI_GUEST(sched_poll) sched_poll_t;

typedef struct ABI_GUEST(vcpu_runstate_info) vcpu_runstate_info_t;
typedef struct ABI_GUEST(vcpu_register_runstate_memory_area) vcpu_register_runstate_memory_area_t;
typedef struct ABI_GUEST(vcpu_set_singleshot_timer) vcpu_set_singleshot_timer_t;
typedef struct ABI_GUEST(vcpu_register_time_memory_area) vcpu_register_time_memory_area_t;

typedef struct ABI_GUEST(physdev_pirq_eoi_gmfn) physdev_pirq_eoi_gmfn_t;
typedef struct ABI_GUEST(physdev_set_iobitmap) physdev_set_iobitmap_t;
typedef struct ABI_GUEST(physdev_apic) physdev_apic_t;
typedef struct ABI_GUEST(physdev_map_pirq) physdev_map_pirq_t;
typedef struct ABI_GUEST(physdev_op) physdev_op_t;

typedef struct ABI_GUEST(xennmi_callback) xennmi_callback_t;
typedef struct ABI_GUEST(xen_platform_parameters) xen_platform_parameters_t;
typedef struct ABI_GUEST(callback_register) callback_register_t;

typedef struct ABI_GUEST(xen_platform_op) xen_platform_op_t;
typedef struct ABI_GUEST(xenpf_add_memtype) xenpf_add_memtype_t;
typedef struct ABI_GUEST(xenpf_read_memtype) xenpf_read_memtype_t;
typedef struct ABI_GUEST(xenpf_getidletime) xenpf_getidletime_t;
typedef struct ABI_GUEST(xenpf_resource_op) xenpf_resource_op_t;
typedef struct ABI_GUEST(xenpf_symdata) xenpf_symdata_t;

typedef struct ABI_GUEST(blkif_request) blkif_request_t;
typedef struct ABI_GUEST(blkif_request_discard) blkif_request_discard_t;
typedef struct ABI_GUEST(blkif_request_indirect) blkif_request_indirect_t;
typedef struct ABI_GUEST(blkif_response) blkif_response_t;
typedef struct ABI_GUEST_RING(blkif, sring) blkif_sring_t;
typedef struct ABI_GUEST_RING(blkif, front_ring) blkif_front_ring_t;
typedef struct ABI_GUEST_RING(blkif, back_ring) blkif_back_ring_t;

#endif /* __ASSEMBLER__ */

#endif
