/* SPDX-License-Identifier: MIT */
/*
 * Page tables: changing entries, pinning and loading tables, flushing. Reference: xen.h.
 *
 * A guest owns its page tables and the processor walks them; the hypervisor checks every change. A frame is
 * used either as a table of one level, or as a segment descriptor page, or is mapped writable: never two at
 * once. So a guest maps its tables read-only first, and then pins the root.
 *
 * Both calls take an array and stop at the first element that fails: its error is the result, and *done says
 * how many before it were carried out. foreigndom in bits 15 to 0 names the owner of the frames (DOMID_SELF,
 * DOMID_IO for device frames only, or another domain for a privileged caller); for mmu_update, bits 31 to 16
 * hold the owner of the tables plus one, or 0 for the caller. The top bit of count is the hypervisor's, for
 * its continuations.
 */
#ifndef ABI_MMU_H
#define ABI_MMU_H

#include "types.h"

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

/*
 * @mmu_update
 *   before  a table that is written must be a table of the domain named in bits 31 to 16 of foreigndom
 *   effect  carries out reqs in order; entries that were written are flushed as far as needed before the
 *           guest runs on
 *   result  0, or the error of the first element that failed; *done (when done is not 0) counts those before
 *           it
 *   EFAULT  reqs or done cannot be reached
 *   ESRCH   foreigndom names no domain
 *   EPERM   foreigndom names a domain the caller has no power over
 *   EINVAL  an element's command or address is not valid; what a command refuses is with the command
 */
/*
 * @mmu_update.NORMAL_PT_UPDATE
 *   before  bits 1 and 0 of ptr are the command, the rest a multiple of 8: the machine address of the entry
 *   effect  writes val into the entry, when every frame it names may be named there: of the domain, of the
 *           right type for the level, mapped writable only when not a table; an entry in an ordinary writable
 *           page is just written
 *   EINVAL  val has bits a guest may not set: for an L1, bits that the processor reserves; for an L2, those
 *           and the page-size bit; for a PAE root, all but the frame, present, write-through, cache disable
 *           and the software bits
 *   EINVAL  the frame at ptr is not the domain's, or is neither a table nor a writable page
 *   EINVAL  a table named by val cannot be validated for its level, or the entry is the hypervisor's
 *   EBUSY   an L1 entry names a frame of another domain, or a table with write access
 *   EPERM   an L1 entry names device memory the domain has no right to
 */
/*
 * @mmu_update.MACHPHYS_UPDATE
 *   effect  writes val, a guest frame number, as the machine-to-physical entry of the frame that holds
 *           address ptr
 *   EINVAL  the frame is not RAM of the domain
 */
/*
 * @mmu_update.PT_UPDATE_PRESERVE_AD
 *   effect  as NORMAL_PT_UPDATE, in one atomic step, and the accessed and dirty bits found in the entry stay
 *           set
 *   note    errors are those of NORMAL_PT_UPDATE
 */
/*
 * @mmu_update.PT_UPDATE_NO_TRANSLATE
 *   effect  as NORMAL_PT_UPDATE; the two differ only for guests whose memory is translated
 *   note    errors are those of NORMAL_PT_UPDATE
 */

/*
 * @update_va_mapping
 *   before  va is below the hypervisor's part
 *   effect  writes val into the L1 entry that maps va in the current address space, by the rules of
 *           mmu_update, then flushes as flags say
 *   EINVAL  no L1 table of the domain covers va, or val is refused as by mmu_update
 *   EBUSY   as by mmu_update
 *   EPERM   as by mmu_update
 *   EFAULT  flags hold the address of a bitmap of vCPUs that cannot be read; the entry is written all the
 *           same
 */
/*
 * @update_va_mapping_otherdomain
 *   effect  as update_va_mapping, and the frame in val belongs to domid
 *   ESRCH   there is no such domain
 *   EPERM   the caller has no power over it
 *   note    other errors are those of update_va_mapping
 */

/*
 * @mmuext_op
 *   effect  carries out ops in order
 *   result  0, or the error of the first element that failed; *done (when done is not 0) counts those before
 *           it
 *   EFAULT  ops or done cannot be reached
 *   ESRCH   foreigndom names no domain
 *   EPERM   foreigndom names a domain the caller has no power over, or the command works on the caller's own
 *           state and foreigndom is another
 *   ENOSYS  there is no such command
 */
/*
 * @mmuext_op.PIN_L1_TABLE
 *   before  no writable mapping of the frame exists
 *   effect  validates every entry, makes the frame an L1 table and keeps it one, used or not, until it is
 *           unpinned
 *   EINVAL  the frame is not the domain's, is in use as something else or mapped writable, or an entry is not
 *           valid
 *   EINVAL  it is pinned already
 *   EBUSY   an entry names a frame of another domain, or a table with write access
 *   EPERM   an entry names device memory the domain has no right to
 */
/*
 * @mmuext_op.PIN_L2_TABLE
 *   effect  as PIN_L1_TABLE, for an L2; the tables it names are validated too
 *   note    errors are those of PIN_L1_TABLE, from any table beneath
 */
/*
 * @mmuext_op.PIN_L3_TABLE
 *   effect  as PIN_L1_TABLE, for an L3. In a 32-bit guest that is a root: the whole frame is taken, entries 4
 *           to 511 become 0, and slot 3 must be present; its L2 gets the hypervisor's slots and belongs to
 *           this root alone
 *   note    errors are those of PIN_L1_TABLE, from any table beneath
 */
/*
 * @mmuext_op.PIN_L4_TABLE
 *   who     64-bit guests; to a 32-bit guest it does nothing, with result 0
 *   effect  as PIN_L1_TABLE, for an L4 of a 64-bit guest
 *   note    other errors are those of PIN_L1_TABLE, from any table beneath
 */
/*
 * @mmuext_op.UNPIN_TABLE
 *   effect  undoes a pin. A table that nothing uses any more is an ordinary frame when the call returns
 *   EINVAL  the frame is not the domain's, or not pinned
 */
/*
 * @mmuext_op.NEW_BASEPTR
 *   effect  makes the table the root of this vCPU's address space (of its kernel, in a 64-bit guest), as
 *           writing CR3 does; validates it first when it is not pinned
 *   EINVAL  the frame cannot be a root of this guest's
 */
/*
 * @mmuext_op.NEW_USER_BASEPTR
 *   effect  sets the root for user mode of this vCPU of a 64-bit guest; frame 0 means none
 *   EINVAL  the frame cannot be a root, or the guest is a 32-bit one
 */
/*
 * @mmuext_op.TLB_FLUSH_LOCAL
 *   effect  no translation of this vCPU's from before the call is used after it
 */
/*
 * @mmuext_op.INVLPG_LOCAL
 *   effect  the same for one address
 */
/*
 * @mmuext_op.TLB_FLUSH_MULTI
 *   effect  as TLB_FLUSH_LOCAL, for every vCPU whose bit is set; bits of vCPUs that are not there do nothing
 *   EINVAL  the bitmap cannot be read
 */
/*
 * @mmuext_op.INVLPG_MULTI
 *   effect  the same for one address
 *   EINVAL  the bitmap cannot be read
 */
/*
 * @mmuext_op.TLB_FLUSH_ALL
 *   effect  as TLB_FLUSH_LOCAL, for every vCPU of the domain
 */
/*
 * @mmuext_op.INVLPG_ALL
 *   effect  the same for one address
 */
/*
 * @mmuext_op.FLUSH_CACHE
 *   who     a domain that may use I/O memory or ports
 *   effect  writes back and empties this processor's caches
 *   EACCES  the domain may use no device
 */
/*
 * @mmuext_op.FLUSH_CACHE_GLOBAL
 *   who     a domain that may use I/O memory or ports
 *   effect  writes back and empties the caches of all processors
 *   EACCES  the domain may use no device
 */
/*
 * @mmuext_op.SET_LDT
 *   before  the LDT's pages are mapped read-only
 *   effect  sets this vCPU's LDT; a page of it is validated when a selector first needs it. nr_ents 0 removes
 *           the LDT
 *   EINVAL  linear_addr is not a multiple of 4096, or the table has more than 8192 entries
 */
/*
 * @mmuext_op.CLEAR_PAGE
 *   effect  fills the frame with zeros
 *   EINVAL  the frame is not the domain's, or is a table or descriptor page
 */
/*
 * @mmuext_op.COPY_PAGE
 *   effect  copies src_mfn to mfn
 *   EINVAL  either frame is not the domain's, or mfn is a table or descriptor page
 */
/*
 * @mmuext_op.MARK_SUPER
 *   EOPNOTSUPP always
 */
/*
 * @mmuext_op.UNMARK_SUPER
 *   EOPNOTSUPP always
 */

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

#endif /* __ASSEMBLER__ */

#endif
