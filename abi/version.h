/* SPDX-License-Identifier: MIT */
/*
 * Which hypervisor this is and what it can do. Reference: version.h.
 */
#ifndef ABI_VERSION_H
#define ABI_VERSION_H

#include "features.h"
#include "types.h"

#define XENVER_version 0
#define XENVER_extraversion 1
#define XENVER_compile_info 2
#define XENVER_capabilities 3
#define XENVER_changeset 4
#define XENVER_platform_parameters 5
#define XENVER_get_features 6
#define XENVER_pagesize 7
#define XENVER_guest_handle 8
#define XENVER_commandline 9
#define XENVER_build_id 10

/*
 * @xen_version
 *   EFAULT  arg cannot be reached
 *   ENOSYS  there is no such command
 */
/*
 * @xen_version.version
 *   result  4 << 16 | 17, the interface Ringlet follows; arg is not looked at
 */
/*
 * @xen_version.extraversion
 *   effect  writes what follows the two numbers: a string that names Ringlet
 *   result  0
 */
/*
 * @xen_version.compile_info
 *   effect  writes how the hypervisor was compiled
 *   result  0
 */
/*
 * @xen_version.capabilities
 *   effect  writes the kinds of guest it runs, a space after each: xen-3.0-x86_32p
 *   result  0
 */
/*
 * @xen_version.changeset
 *   effect  writes the source's revision
 *   result  0
 */
/*
 * @xen_version.platform_parameters
 *   effect  writes the first address of the hypervisor's part for a guest of the caller's width
 *   result  0
 */
/*
 * @xen_version.get_features
 *   effect  writes the 32 feature bits of word submap_idx
 *   result  0
 *   EINVAL  there is no such word
 */
/*
 * @xen_version.pagesize
 *   result  4096
 *   EINVAL  arg is not 0
 */
/*
 * @xen_version.guest_handle
 *   effect  writes the domain's UUID; the initial domain's is 0
 *   result  0
 */
/*
 * @xen_version.commandline
 *   effect  writes the hypervisor's command line; an unprivileged caller gets "<denied>"
 *   result  0
 */
/*
 * @xen_version.build_id
 *   effect  writes the build id into buf
 *   result  its length
 *   ENODATA the hypervisor was linked without one
 *   EPERM   the caller is not privileged
 *   ENOBUFS it does not fit into len bytes
 */

#define XEN_EXTRAVERSION_LEN 16
#define XEN_CAPABILITIES_INFO_LEN 1024
#define XEN_CHANGESET_INFO_LEN 64

#ifndef __ASSEMBLER__

/* Strings end in a zero byte. */
typedef char xen_extraversion_t[XEN_EXTRAVERSION_LEN];
typedef char xen_capabilities_info_t[XEN_CAPABILITIES_INFO_LEN];
typedef char xen_changeset_info_t[XEN_CHANGESET_INFO_LEN];
typedef char xen_commandline_t[1024];

typedef struct xen_compile_info {
    char compiler[64];
    char compile_by[16];
    char compile_domain[32];
    char compile_date[32];
} xen_compile_info_t;
ABI_SIZE(struct xen_compile_info, 144);

struct xen_platform_parameters_32 {
    uint32_t virt_start; /* first linear address of the hypervisor */
};
ABI_SIZE(struct xen_platform_parameters_32, 4);

struct xen_platform_parameters_64 {
    abi_u64_64 virt_start;
};
ABI_SIZE(struct xen_platform_parameters_64, 8);

typedef struct xen_feature_info {
    uint32_t submap_idx; /* in: which 32 bits */
    uint32_t submap;     /* out: bits of XENFEAT_ */
} xen_feature_info_t;
ABI_SIZE(struct xen_feature_info, 8);

typedef struct xen_build_id {
    uint32_t len; /* in: size of buf */
    uint8_t buf[];
} xen_build_id_t;
ABI_SIZE(struct xen_build_id, 4);

#endif /* __ASSEMBLER__ */

#endif
