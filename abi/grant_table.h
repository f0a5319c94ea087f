/* SPDX-License-Identifier: MIT */
/*
 * Grant tables: a domain lets another map or copy one of its frames. Reference: grant_table.h.
 *
 * The granter writes domid and frame of an entry, a write barrier, then flags. The hypervisor sets
 * GTF_reading and GTF_writing while the frame is in use; the granter ends access by changing flags to 0 with
 * compare-exchange while neither is set. Every sub-operation takes an array and reports each element in its
 * status (GNTST_); the call itself fails only when the array cannot be read or written.
 */
#ifndef ABI_GRANT_TABLE_H
#define ABI_GRANT_TABLE_H

#include "types.h"
#include "xen.h"

#define GNTTABOP_map_grant_ref 0
#define GNTTABOP_unmap_grant_ref 1
#define GNTTABOP_setup_table 2
#define GNTTABOP_dump_table 3
#define GNTTABOP_transfer 4
#define GNTTABOP_copy 5
#define GNTTABOP_query_size 6
#define GNTTABOP_unmap_and_replace 7
#define GNTTABOP_set_version 8
#define GNTTABOP_get_status_frames 9
#define GNTTABOP_get_version 10
#define GNTTABOP_swap_grant_ref 11
#define GNTTABOP_cache_flush 12

/*
 * @grant_table_op
 *   result  0 when every element was looked at; each element's status says how it went
 *   EFAULT  an element cannot be read or written; those before it are done
 *   EINVAL  count is above 2147483647
 *   ENOSYS  there is no such command
 */
/*
 * @grant_table_op.map_grant_ref
 *   before  an L1 table covers host_addr (without GNTMAP_contains_pte)
 *   effect  maps the granted frame and gives a handle; a mapping made by the address replaces what the entry
 *           held. With GNTMAP_device_map alone it only takes the reference. The entry's reading and writing
 *           flags are set
 *   GNTST_bad_domain dom is no domain to map from
 *   GNTST_bad_gntref there is no such entry, or it is not for this domain, or not permit_access
 *   GNTST_permission_denied write access is asked for, and the entry is read-only
 *   GNTST_general_error flags do not fit together, or the page-table entry cannot be written
 *   GNTST_bad_page the frame is not one that can be granted
 *   GNTST_no_space all handles are in use
 */
/*
 * @grant_table_op.unmap_grant_ref
 *   before  host_addr is where handle was mapped; 0 leaves that mapping
 *   effect  removes the mapping, and with the last one of it the entry's reading and writing flags; TLBs are
 *           flushed before the call returns
 *   GNTST_bad_handle there is no such handle
 *   GNTST_bad_virt_addr host_addr is not where it is mapped
 *   GNTST_general_error the entry there does not map that frame
 */
/*
 * @grant_table_op.unmap_and_replace
 *   before  host_addr is where handle was mapped, new_addr another address of the caller's
 *   effect  as unmap_grant_ref, and the mapping at new_addr moves to host_addr
 *   GNTST_bad_handle there is no such handle
 *   GNTST_general_error one of the addresses is not mapped as it should be
 */
/*
 * @grant_table_op.setup_table
 *   before  count is 1; frame_list has room for nr_frames
 *   effect  grows dom's table to nr_frames frames at least, and writes the frames that many
 *   EINVAL  count is not 1
 *   GNTST_general_error nr_frames is above the maximum
 *   GNTST_bad_domain there is no such domain
 *   GNTST_permission_denied dom is another domain and the caller is not privileged
 */
/*
 * @grant_table_op.query_size
 *   before  count is 1
 *   effect  says how many frames dom's table has, and may have
 *   EINVAL  count is not 1
 *   GNTST_bad_domain there is no such domain
 *   GNTST_permission_denied dom is another domain and the caller is not privileged
 */
/*
 * @grant_table_op.copy
 *   effect  copies len bytes from source to dest; neither may cross the end of its frame. One end may be the
 *           caller's own frame; a granted end needs an entry for the caller, and to write one that is not
 *           read-only
 *   GNTST_bad_copy_arg an end crosses its frame
 *   GNTST_bad_domain an end names no domain
 *   GNTST_permission_denied an end without a grant is another domain's, or a grant is read-only
 *   GNTST_bad_gntref there is no such entry, or not for this domain
 *   GNTST_general_error the frame cannot be used so
 */
/*
 * @grant_table_op.transfer
 *   before  the receiver's entry ref has GTF_accept_transfer for the caller; the frame is mapped nowhere
 *   effect  the frame becomes the receiver's, its number is in the entry, and GTF_transfer_completed is set
 *   GNTST_bad_page the frame is not the caller's, or is in use
 *   GNTST_bad_domain there is no such domain
 *   GNTST_general_error the entry does not accept, or the receiver has its maximum of frames
 */
/*
 * @grant_table_op.set_version
 *   before  no entry is in use
 *   effect  chooses the format; version becomes the one in force, also on failure
 *   EINVAL  there is no such format
 *   EBUSY   an entry beyond the reserved ones is in use
 *   ENOSYS  format 2, while that is not built
 */
/*
 * @grant_table_op.get_status_frames
 *   before  count is 1; frame_list has room for nr_frames
 *   effect  writes the frames of the status words of format 2
 *   EINVAL  count is not 1
 *   GNTST_general_error the table has format 1, or nr_frames is above what it has
 *   GNTST_bad_domain there is no such domain
 *   GNTST_permission_denied dom is another domain and the caller is not privileged
 */
/*
 * @grant_table_op.get_version
 *   effect  says the format of dom's table
 *   ESRCH   there is no such domain
 *   EPERM   dom is another domain and the caller is not privileged
 */
/*
 * @grant_table_op.swap_grant_ref
 *   effect  exchanges two entries of the caller's table
 *   GNTST_bad_gntref there is no such entry
 *   GNTST_eagain one of them is in use
 */
/*
 * @grant_table_op.dump_table
 *   effect  prints the table of dom on the console
 *   ENOSYS  while that is not built; a debugging aid
 */
/*
 * @grant_table_op.cache_flush
 *   effect  nothing, once it is checked: processors of this kind keep their caches coherent with devices
 *   result  0, or the first element's error; elements have no status
 *   EINVAL  offset and length cross the frame's end, op has unknown bits, or there is no such frame
 *   EPERM   the frame is another domain's
 *   EOPNOTSUPP lines are to be dropped without being written back
 */

/* The first entries are the toolstack's. */
#define GNTTAB_NR_RESERVED_ENTRIES 8
#define GNTTAB_RESERVED_CONSOLE 0
#define GNTTAB_RESERVED_XENSTORE 1

#define GTF_invalid (0 << 0)
#define GTF_permit_access (1 << 0)
#define GTF_accept_transfer (2 << 0)
#define GTF_transitive (3 << 0)
#define GTF_type_mask (3 << 0)
/* With GTF_permit_access. */
#define _GTF_readonly 2
#define GTF_readonly (1 << _GTF_readonly)
#define _GTF_reading 3
#define GTF_reading (1 << _GTF_reading)
#define _GTF_writing 4
#define GTF_writing (1 << _GTF_writing)
#define _GTF_PWT 5
#define GTF_PWT (1 << _GTF_PWT)
#define _GTF_PCD 6
#define GTF_PCD (1 << _GTF_PCD)
#define _GTF_PAT 7
#define GTF_PAT (1 << _GTF_PAT)
#define _GTF_sub_page 8
#define GTF_sub_page (1 << _GTF_sub_page)
/* With GTF_accept_transfer. */
#define _GTF_transfer_committed 2
#define GTF_transfer_committed (1 << _GTF_transfer_committed)
#define _GTF_transfer_completed 3
#define GTF_transfer_completed (1 << _GTF_transfer_completed)

#define _GNTCOPY_source_gref 0
#define GNTCOPY_source_gref (1 << _GNTCOPY_source_gref)
#define _GNTCOPY_dest_gref 1
#define GNTCOPY_dest_gref (1 << _GNTCOPY_dest_gref)

#define GNTTAB_CACHE_CLEAN (1u << 0)
#define GNTTAB_CACHE_INVAL (1u << 1)
#define GNTTAB_CACHE_SOURCE_GREF (1u << 31)

#define _GNTMAP_device_map 0
#define GNTMAP_device_map (1 << _GNTMAP_device_map)
#define _GNTMAP_host_map 1
#define GNTMAP_host_map (1 << _GNTMAP_host_map)
#define _GNTMAP_readonly 2
#define GNTMAP_readonly (1 << _GNTMAP_readonly)
#define _GNTMAP_application_map 3
#define GNTMAP_application_map (1 << _GNTMAP_application_map)
#define _GNTMAP_contains_pte 4
#define GNTMAP_contains_pte (1 << _GNTMAP_contains_pte)
#define _GNTMAP_guest_avail0 16
#define GNTMAP_guest_avail_mask (0xffffffffu << _GNTMAP_guest_avail0)

#define GNTST_okay 0
#define GNTST_general_error (-1)
#define GNTST_bad_domain (-2)
#define GNTST_bad_gntref (-3)
#define GNTST_bad_handle (-4)
#define GNTST_bad_virt_addr (-5)
#define GNTST_bad_dev_addr (-6)
#define GNTST_no_device_space (-7)
#define GNTST_permission_denied (-8)
#define GNTST_bad_page (-9)
#define GNTST_bad_copy_arg (-10)
#define GNTST_address_too_big (-11)
#define GNTST_eagain (-12)
#define GNTST_no_space (-13)

#ifndef __ASSEMBLER__

typedef uint32_t grant_ref_t;
typedef uint32_t grant_handle_t;
typedef uint16_t grant_status_t;

typedef struct grant_entry_v1 {
    uint16_t flags; /* GTF_ */
    domid_t domid;
    uint32_t frame;
} grant_entry_v1_t;
ABI_SIZE(struct grant_entry_v1, 8);

typedef struct grant_entry_header {
    uint16_t flags;
    domid_t domid;
} grant_entry_header_t;

typedef union grant_entry_v2 {
    grant_entry_header_t hdr;
    struct {
        grant_entry_header_t hdr;
        uint32_t pad0;
        uint64_t frame;
    } full_page;
    struct {
        grant_entry_header_t hdr;
        uint16_t page_off;
        uint16_t length;
        uint64_t frame;
    } sub_page;
    struct {
        grant_entry_header_t hdr;
        domid_t trans_domid;
        uint16_t pad0;
        grant_ref_t gref;
    } transitive;
    uint32_t __spacer[4];
} grant_entry_v2_t;
ABI_SIZE(union grant_entry_v2, 16);

/* host_addr: linear address, or machine address of the L1 entry with GNTMAP_contains_pte. */
typedef struct gnttab_map_grant_ref {
    uint64_t host_addr;
    uint32_t flags; /* GNTMAP_ */
    grant_ref_t ref;
    domid_t dom;
    int16_t status;        /* out */
    grant_handle_t handle; /* out */
    uint64_t dev_bus_addr; /* out */
} gnttab_map_grant_ref_t;
ABI_SIZE(struct gnttab_map_grant_ref, 32);
ABI_OFFSET(struct gnttab_map_grant_ref, dev_bus_addr, 24);

typedef struct gnttab_unmap_grant_ref {
    uint64_t host_addr;
    uint64_t dev_bus_addr; /* 0: leave the device mapping */
    grant_handle_t handle;
    int16_t status; /* out */
} gnttab_unmap_grant_ref_t;
ABI_SIZE(struct gnttab_unmap_grant_ref, 24);

struct gnttab_setup_table_32 {
    domid_t dom;
    uint32_t nr_frames;
    int16_t status;      /* out */
    uint32_t frame_list; /* pointer to uint32_t: out, nr_frames machine frames */
};
ABI_SIZE(struct gnttab_setup_table_32, 16);

struct gnttab_setup_table_64 {
    domid_t dom;
    uint32_t nr_frames;
    int16_t status;
    abi_u64_64 frame_list; /* pointer to uint64_t */
};
ABI_SIZE(struct gnttab_setup_table_64, 24);

typedef struct gnttab_dump_table {
    domid_t dom;
    int16_t status; /* out */
} gnttab_dump_table_t;
ABI_SIZE(struct gnttab_dump_table, 4);

struct gnttab_transfer_32 {
    uint32_t mfn;
    domid_t domid;
    grant_ref_t ref;
    int16_t status; /* out */
};
ABI_SIZE(struct gnttab_transfer_32, 16);

struct gnttab_transfer_64 {
    abi_u64_64 mfn;
    domid_t domid;
    grant_ref_t ref;
    int16_t status;
};
ABI_SIZE(struct gnttab_transfer_64, 24);

/* One end of a copy: a grant of domid when flags says so, else a frame number of domid. */
struct gnttab_copy_ptr_32 {
    union {
        grant_ref_t ref;
        uint32_t gmfn;
    } u;
    domid_t domid;
    uint16_t offset;
};
ABI_SIZE(struct gnttab_copy_ptr_32, 8);

struct gnttab_copy_32 {
    struct gnttab_copy_ptr_32 source, dest;
    uint16_t len;
    uint16_t flags; /* GNTCOPY_ */
    int16_t status; /* out */
};
ABI_SIZE(struct gnttab_copy_32, 24);

struct gnttab_copy_ptr_64 {
    union {
        grant_ref_t ref;
        abi_u64_64 gmfn;
    } u;
    domid_t domid;
    uint16_t offset;
};
ABI_SIZE(struct gnttab_copy_ptr_64, 16);

struct gnttab_copy_64 {
    struct gnttab_copy_ptr_64 source, dest;
    uint16_t len;
    uint16_t flags;
    int16_t status;
};
ABI_SIZE(struct gnttab_copy_64, 40);

typedef struct gnttab_query_size {
    domid_t dom;
    uint32_t nr_frames;     /* out */
    uint32_t max_nr_frames; /* out */
    int16_t status;         /* out */
} gnttab_query_size_t;
ABI_SIZE(struct gnttab_query_size, 16);

typedef struct gnttab_unmap_and_replace {
    uint64_t host_addr;
    uint64_t new_addr;
    grant_handle_t handle;
    int16_t status; /* out */
} gnttab_unmap_and_replace_t;
ABI_SIZE(struct gnttab_unmap_and_replace, 24);

typedef struct gnttab_set_version {
    uint32_t version; /* in, out: the version in force */
} gnttab_set_version_t;
ABI_SIZE(struct gnttab_set_version, 4);

struct gnttab_get_status_frames_32 {
    uint32_t nr_frames;
    domid_t dom;
    int16_t status;      /* out */
    uint32_t frame_list; /* pointer to uint64_t */
};
ABI_SIZE(struct gnttab_get_status_frames_32, 12);

struct gnttab_get_status_frames_64 {
    uint32_t nr_frames;
    domid_t dom;
    int16_t status;
    abi_u64_64 frame_list; /* pointer to uint64_t */
};
ABI_SIZE(struct gnttab_get_status_frames_64, 16);

typedef struct gnttab_get_version {
    domid_t dom;
    uint16_t pad;
    uint32_t version; /* out */
} gnttab_get_version_t;
ABI_SIZE(struct gnttab_get_version, 8);

typedef struct gnttab_swap_grant_ref {
    grant_ref_t ref_a;
    grant_ref_t ref_b;
    int16_t status; /* out */
} gnttab_swap_grant_ref_t;
ABI_SIZE(struct gnttab_swap_grant_ref, 12);

typedef struct gnttab_cache_flush {
    union {
        uint64_t dev_bus_addr;
        grant_ref_t ref;
    } a;
    uint16_t offset;
    uint16_t length;
    uint32_t op; /* GNTTAB_CACHE_ */
} gnttab_cache_flush_t;
ABI_SIZE(struct gnttab_cache_flush, 16);

#endif /* __ASSEMBLER__ */

#endif
