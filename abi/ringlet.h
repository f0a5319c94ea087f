/* SPDX-License-Identifier: MIT */
/*
 * Ringlet's own hypercall, number 55: why a call was refused, what was counted, what the auditor finds. A
 * guest that never makes it sees plain Xen. Every structure is the same for both guest widths.
 *
 * A domain sees itself. Where a structure has a domid, DOMID_SELF or the own number; a privileged domain may
 * name another.
 */
#ifndef ABI_RINGLET_H
#define ABI_RINGLET_H

#include "types.h"
#include "xen.h"

#define __HYPERVISOR_ringlet __HYPERVISOR_arch_7

#define RINGLET_version 0
#define RINGLET_why 1
#define RINGLET_counters 2
#define RINGLET_audit 3
#define RINGLET_trace 4
#define RINGLET_leak 5

/*
 * @ringlet
 *   note    a domain sees itself; a privileged one may name another
 *   EFAULT  arg cannot be reached
 *   ENOSYS  there is no such command
 */
/*
 * @ringlet.version
 *   result  major << 16 | minor; arg is not looked at
 */
/*
 * @ringlet.why
 *   before  count says how many entries fit
 *   effect  writes the domain's last refusals, newest first, of which RINGLET_WHY_ENTRIES are kept; count
 *           becomes how many, total how many there were ever
 *   result  0
 *   EFAULT  arg or entries cannot be reached
 *   EPERM   another domain is named and the caller is not privileged
 *   ESRCH   there is no such domain
 *   EINVAL  pad is not 0
 */
/*
 * @ringlet.counters
 *   effect  writes the domain's counters, no more than size bytes; size becomes what this version has
 *   result  0
 *   EPERM   another domain is named and the caller is not privileged
 *   ESRCH   there is no such domain
 *   EINVAL  size is below 8, or pad is not 0
 */
/*
 * @ringlet.audit
 *   effect  recomputes every reference and type count from page tables, grants and descriptors, and says
 *           where the records differ. Takes time in proportion to memory; nothing else runs
 *   result  0, also when there are differences
 *   EPERM   the caller is not privileged
 */
/*
 * @ringlet.trace
 *   effect  chooses what of the domain is printed on the console; mask becomes what was chosen before
 *   result  0
 *   EPERM   the caller is not privileged, and asks for a change or names another domain
 *   ESRCH   there is no such domain
 *   EINVAL  mask has bits that mean nothing, or pad is not 0
 */
/*
 * @ringlet.leak
 *   effect  says how many frames the domain owns; a privileged caller also sees the machine's
 *   result  0
 *   EPERM   another domain is named and the caller is not privileged
 *   ESRCH   there is no such domain
 *   EINVAL  pad is not 0
 */

/* Result of RINGLET_version: major << 16 | minor. Minor grows when something is added. */
#define RINGLET_EXTENSION_VERSION 0x00010000

/* Refusals kept for each domain; older ones are overwritten. */
#define RINGLET_WHY_ENTRIES 64

/* ringlet_why_entry.hypercall when the refusal was of a trapped instruction or event, not of a hypercall. */
#define RINGLET_WHY_NO_HYPERCALL 0xffffffff
/* ringlet_why_entry.subop and index when there is none. */
#define RINGLET_WHY_NONE 0xffffffff

/* Bits of ringlet_trace.mask. */
#define RINGLET_TRACE_HYPERCALLS 1
#define RINGLET_TRACE_FAILURES 2       /* those that return an error only */
#define RINGLET_TRACE_QUERY 0x80000000 /* leave the mask, return it */

/* Differences RINGLET_audit describes; it counts all. */
#define RINGLET_AUDIT_DIFFERENCES 16

#ifndef __ASSEMBLER__

/*
 * One refusal. What expected, found and frame mean depends on the reason; see RINGLET_REASONS.
 */
typedef struct ringlet_why_entry {
    abi_u64_64 sequence; /* counts a domain's refusals from 1 */
    uint32_t hypercall;  /* number */
    uint32_t subop;      /* its command */
    uint32_t index;      /* which entry of an array */
    int32_t error;       /* negative errno, or status of a grant operation */
    uint32_t reason;     /* REASON_ */
    uint32_t guest_ip;   /* low half of the instruction's address */
    abi_u64_64 expected;
    abi_u64_64 found;
    abi_u64_64 frame; /* machine frame concerned, or 0 */
    abi_u64_64 time_ns;
} ringlet_why_entry_t;
ABI_SIZE(struct ringlet_why_entry, 64);
ABI_OFFSET(struct ringlet_why_entry, reason, 24);
ABI_OFFSET(struct ringlet_why_entry, expected, 32);
ABI_OFFSET(struct ringlet_why_entry, time_ns, 56);

typedef struct ringlet_why {
    abi_u64_64 entries; /* pointer to struct ringlet_why_entry */
    uint32_t count;     /* in: how many fit; out: how many were written */
    domid_t domid;
    uint16_t pad;     /* 0 */
    abi_u64_64 total; /* out: refusals so far */
} ringlet_why_t;
ABI_SIZE(struct ringlet_why, 24);

/* The counters, once: X(name, what it counts). */
#define RINGLET_COUNTERS(X)                                                                                  \
    X(hypercalls, "hypercalls made, those of a multicall each")                                              \
    X(multicalls, "multicalls among them")                                                                   \
    X(refusals, "hypercalls or operations in them refused")                                                  \
    X(continuations, "hypercalls preempted and entered again")                                               \
    X(events_sent, "events this domain sent")                                                                \
    X(events_received, "ports set pending for this domain")                                                  \
    X(upcalls, "times the event callback was entered")                                                       \
    X(traps_bounced, "exceptions delivered to the guest's handlers")                                         \
    X(software_interrupts, "INT n delivered to the guest's handlers")                                        \
    X(failsafes, "times the failsafe callback was entered")                                                  \
    X(emulations, "privileged instructions emulated")                                                        \
    X(page_faults_fixed, "page faults dealt with without the guest noticing")                                \
    X(page_table_writes, "trapped writes to page tables emulated")                                           \
    X(pte_updates, "page-table entries written for the guest")                                               \
    X(page_types_validated, "frames validated as page tables or descriptor pages")                           \
    X(tlb_flushes, "TLB flushes")                                                                            \
    X(frames_owned, "frames this domain owns now")                                                           \
    X(grants_mapped, "grant mappings made")                                                                  \
    X(grants_unmapped, "grant mappings removed")                                                             \
    X(grants_copied, "grant copies made")                                                                    \
    X(context_switches, "times a vCPU of this domain was switched to")                                       \
    X(timer_expiries, "timers of this domain that expired")                                                  \
    X(time_running_ns, "time on a processor, ns")

#define RINGLET_COUNTER_FIELD(name, text) abi_u64_64 name;
typedef struct ringlet_counters {
    uint32_t size; /* in: bytes of this structure; fewer are written if it is smaller */
    domid_t domid;
    uint16_t pad; /* 0 */
    RINGLET_COUNTERS(RINGLET_COUNTER_FIELD)
} ringlet_counters_t;
ABI_SIZE(struct ringlet_counters, 192);
ABI_OFFSET(struct ringlet_counters, hypercalls, 8);
ABI_OFFSET(struct ringlet_counters, time_running_ns, 184);

/*
 * What a frame can be used as: X(number, name). E and F of the reasons about frames and page tables (40 to 109)
 * hold these where their text says "type", and so do the auditor's differences.
 */
#define RINGLET_FRAME_TYPES(X)                                                                               \
    X(0, "none")                                                                                             \
    X(1, "L1 table")                                                                                         \
    X(2, "L2 table")                                                                                         \
    X(3, "L2 table with hypervisor slots")                                                                   \
    X(4, "L3 table")                                                                                         \
    X(5, "L4 table")                                                                                         \
    X(6, "descriptor page")                                                                                  \
    X(7, "writable page")

/* Which fact about a frame the auditor found different. */
#define RINGLET_AUDIT_FIELD_OWNER 1
#define RINGLET_AUDIT_FIELD_REFERENCES 2
#define RINGLET_AUDIT_FIELD_TYPE 3
#define RINGLET_AUDIT_FIELD_TYPE_COUNT 4
#define RINGLET_AUDIT_FIELD_PINNED 5
#define RINGLET_AUDIT_FIELD_ENTRY 6 /* a page-table entry or descriptor that must not be there */
#define RINGLET_AUDIT_FIELD_FREE 7  /* free, yet something refers to it */
#define RINGLET_AUDIT_FIELD_PINS 8  /* uses of the grants of a domain; its number stands for the frame's */

typedef struct ringlet_audit_difference {
    abi_u64_64 frame;
    uint32_t field; /* RINGLET_AUDIT_FIELD_ */
    uint32_t pad;
    abi_u64_64 expected; /* recomputed */
    abi_u64_64 found;    /* recorded */
} ringlet_audit_difference_t;
ABI_SIZE(struct ringlet_audit_difference, 32);

typedef struct ringlet_audit {
    uint32_t differences; /* out: how many there are; 0 is a clean bill */
    uint32_t described;   /* out: how many of them follow */
    abi_u64_64 frames;    /* out: how many frames were looked at */
    struct ringlet_audit_difference first[RINGLET_AUDIT_DIFFERENCES];
} ringlet_audit_t;
ABI_SIZE(struct ringlet_audit, 528);

typedef struct ringlet_trace {
    domid_t domid;
    uint16_t pad;  /* 0 */
    uint32_t mask; /* in: RINGLET_TRACE_; out: the mask before */
} ringlet_trace_t;
ABI_SIZE(struct ringlet_trace, 8);

typedef struct ringlet_leak {
    domid_t domid;
    uint16_t pad[3];        /* 0 */
    abi_u64_64 owned;       /* out: frames of the domain */
    abi_u64_64 free;        /* out: free frames of the machine; 0 to an unprivileged domain */
    abi_u64_64 hypervisor;  /* out: frames the hypervisor allocated for itself; 0 likewise */
    abi_u64_64 dying_owned; /* out: frames of domains that no longer run; 0 likewise */
} ringlet_leak_t;
ABI_SIZE(struct ringlet_leak, 40);

#endif /* __ASSEMBLER__ */

/*
 * Every reason a refusal can have: X(number, name, text). A number is never used again for something else;
 * each area has a range with room. The text says what the entry's expected (E), found (F) and frame (M) hold,
 * where they hold anything.
 */
#define RINGLET_REASONS(X)                                                                                   \
    /* 1 to 39: any hypercall. */                                                                            \
    X(1, no_such_hypercall, "There is no hypercall of this number; F is the number")                         \
    X(2, no_such_subop, "The hypercall has no such command; F is the command")                               \
    X(3, not_privileged, "Only a privileged domain may do this; F is the command")                           \
    X(4, bad_guest_pointer, "An argument points to memory the guest may not read; F is the address")         \
    X(5, bad_guest_pointer_write, "An argument points to memory the guest may not write; F is the address")  \
    X(6, pointer_at_hypervisor, "An argument points above E, into the hypervisor's part; F is the address")  \
    X(7, count_too_large, "A count exceeds what one call may carry; E is the limit, F the count")            \
    X(8, bad_flags, "Bits are set that have no meaning; E is the mask of those allowed, F the value")        \
    X(9, reserved_field, "A field that must hold E holds F")                                                 \
    X(10, no_such_domain, "There is no domain F, or the caller may not name it")                             \
    X(11, domain_not_self, "The command works on the caller alone; E is its number, F the one given")        \
    X(12, not_implemented, "The reference has this, Ringlet does not yet; F is the command")                 \
    X(13, nested_multicall, "A multicall contains a multicall; M is 0, F the entry")                         \
    X(14, out_of_hypervisor_memory,                                                                          \
      "The hypervisor has no memory left for this; F is how many bytes it wanted")                           \
    X(15, not_for_this_width, "The command is for guests of the other width; F is the command")              \
    X(16, no_such_assist, "There is no assist of type F for this guest")                                     \
    X(17, no_such_feature_map, "Feature bits come in E words; word F was asked for")                         \
    X(18, obsolete, "The command was withdrawn from the interface; F is the command")                        \
    X(19, too_late, "The command is only possible before a step already taken; F is the command")            \
    X(20, not_in_user_mode, "A hypercall was made from ring F; only rings 1 and 2 may")                      \
    /* 40 to 69: frames and their types. */                                                                  \
    X(40, frame_invalid, "M is not a frame of RAM")                                                          \
    X(41, frame_foreign, "M belongs to domain F, not to E")                                                  \
    X(42, frame_free, "M is free, it belongs to nobody")                                                     \
    X(43, frame_type_conflict, "M is in use as type F and cannot be type E until its last use ends")         \
    X(44, frame_type_count_overflow, "M has as many uses of its type as can be counted; F is the count")     \
    X(45, frame_reference_overflow, "M has as many references as can be counted; F is the count")            \
    X(46, frame_shared_by_hypervisor,                                                                        \
      "M is shared by the hypervisor and stays writable; it cannot be type E")                               \
    X(47, frame_not_pinned, "M is not pinned")                                                               \
    X(48, frame_pinned_already, "M is pinned already, as type F")                                            \
    X(49, frame_hypervisor, "M is the hypervisor's own")                                                     \
    X(50, frame_being_validated, "M is being validated by another vCPU")                                     \
    X(51, frame_still_used, "M still has F references; E would be right")                                    \
    X(52, frame_dying_owner, "M belongs to domain F, which is being destroyed")                              \
    X(53, frame_above_width, "M lies above what the guest's width can address; E is the last it can")        \
    /* 70 to 109: page-table entries. */                                                                     \
    X(70, pte_reserved_bits,                                                                                 \
      "A page-table entry has bits that must be 0; E is the mask of those, F the entry")                     \
    X(71, pte_hypervisor_slot,                                                                               \
      "An entry of the hypervisor's part of the table cannot be changed; F is its index")                    \
    X(72, l2_superpage, "An L2 entry has the page-size bit, which guests may not use; F is the entry")       \
    X(73, l3_flags, "An L3 entry of a PAE root has bits outside E; F is the entry")                          \
    X(74, l3_slot_3_missing, "Slot 3 of a PAE root must be present; M is the root")                          \
    X(75, l3_slot_3_fixed, "Slot 3 of a PAE root cannot be changed while it is in use; M is the root")       \
    X(76, l2_hypervisor_shared,                                                                              \
      "An L2 table with hypervisor slots has one root already; M is the table, F the root")                  \
    X(77, l2_hypervisor_misplaced,                                                                           \
      "An L2 table with hypervisor slots belongs in slot 3 only; F is the slot")                             \
    X(78, table_loop,                                                                                        \
      "A table cannot refer to itself or to one of its level here; M is the table, F the level")             \
    X(79, linear_table_writable, "A linear page-table entry must be read-only; F is the entry")              \
    X(80, linear_table_depth, "M is used both inside and as a linear page table")                            \
    X(81, device_frame_denied, "M is not RAM and the domain has no right to that I/O memory")                \
    X(82, device_frame_not_l1, "M is not RAM and can be mapped in an L1 table only; F is the level")         \
    X(83, device_frame_guarded, "M holds registers no guest may touch (APIC, HPET, MSI-X table)")            \
    X(84, cache_attribute_denied, "M cannot be mapped with this caching; F is the entry")                    \
    X(85, va_not_mapped, "No L1 table covers the linear address; F is the address")                          \
    X(86, va_hypervisor,                                                                                     \
      "The linear address is in the hypervisor's part; E is where that starts, F the address")               \
    X(87, ptr_not_a_table, "M holds no page table of the domain; F is its type")                             \
    X(88, ptr_unaligned, "The address of an entry is not a multiple of E; F is the address")                 \
    X(89, entry_changed, "The entry changed under the update; E is what it was, F what it became")           \
    X(90, root_not_l3, "A root must be a table of level E; M is of type F")                                  \
    X(91, machphys_not_writable, "M has no machine-to-physical entry a guest may set")                       \
    X(92, page_table_write_size, "A trapped write to a page table has F bytes, or crosses an entry")         \
    X(93, page_table_write_instruction,                                                                      \
      "The instruction that wrote to a page table is not understood; F is its bytes")                        \
    X(94, entries_beyond_root, "Entries 4 to 511 of a PAE root cannot be written; F is the index")           \
    X(95, pin_level, "This guest has no tables of level F")                                                  \
    X(96, foreign_mapping_denied, "The caller may not map frames of domain F; M is the frame")               \
    X(97, flush_type, "The flush asked for is none of those there are; F is the flags")                      \
    X(98, vcpu_mask_unreadable, "The bitmap of vCPUs cannot be read; F is its address")                      \
    X(99, pte_flags_grant,                                                                                   \
      "A grant mapping is changed by grant operations only; M is the frame, F the entry")                    \
    /* 110 to 129: memory operations. */                                                                     \
    X(110, no_free_memory, "No frame of order E is free in the width wanted; F is the width in bits")        \
    X(111, over_maximum,                                                                                     \
      "The domain would have more frames than its maximum; E is that, F what it would have")                 \
    X(112, extent_order, "Extents of order F are larger than allowed; E is the largest")                     \
    X(113, extent_unaligned,                                                                                 \
      "A frame number is no multiple of the extent's size; M is the frame, E the size")                      \
    X(114, exchange_sizes, "An exchange must return as much as it takes; E is frames in, F frames out")      \
    X(115, exchange_foreign, "Both lists of an exchange must be of one domain; E is one, F the other")       \
    X(116, exchange_frame_in_use, "M still has F references and cannot be exchanged")                        \
    X(117, not_translated_guest,                                                                             \
      "The command is for translated guests; a PV guest's memory is direct; F is it")                        \
    X(118, buffer_too_small, "The buffer has room for F where E are needed")                                 \
    X(119, no_such_resource, "There is no resource of type E with id F")                                     \
    X(120, memory_node, "A NUMA node F was asked for; there is one node")                                    \
    /* 130 to 149: descriptors and selectors. */                                                             \
    X(130, descriptor_system_type,                                                                           \
      "Only code, data, LDT-usable and call-gate descriptors are allowed; F is the descriptor")              \
    X(131, descriptor_long_mode, "A 64-bit code segment is forbidden here; F is the descriptor")             \
    X(132, descriptor_dpl, "The descriptor's privilege level F is below E")                                  \
    X(133, descriptor_call_gate,                                                                             \
      "A call gate's target is not a selector the guest may use; F is the descriptor")                       \
    X(134, descriptor_slot_reserved,                                                                         \
      "The entry is in the reserved part of the GDT; E is where that starts, F the entry")                   \
    X(135, descriptor_not_in_page,                                                                           \
      "M is neither a descriptor page nor writable by the domain; F is its type")                            \
    X(136, gdt_entries, "A GDT has at most E entries; F were given")                                         \
    X(137, ldt_entries, "An LDT has at most E entries; F were given")                                        \
    X(138, ldt_base, "The LDT's base must be page-aligned and below the hypervisor; F is it")                \
    X(139, selector_privilege, "Selector F has a privilege below E")                                         \
    X(140, selector_null, "A null selector cannot be used here")                                             \
    X(141, selector_not_code, "Selector F is not a code segment of the guest")                               \
    X(142, descriptor_unaligned, "The address of a descriptor is not a multiple of 8; F is the address")     \
    /* 150 to 179: traps, callbacks, iret, contexts. */                                                      \
    X(150, trap_table_selector, "A handler's code selector is not usable; E is the vector, F the selector")  \
    X(151, trap_table_address, "A handler lies in the hypervisor's part; E is the vector, F the address")    \
    X(152, callback_type, "There is no callback of type F for this guest")                                   \
    X(153, callback_address, "A callback's address is not usable; E is the type, F the address")             \
    X(154, no_handler, "The guest has no handler for vector E; F is the error code")                         \
    X(155, bounce_frame,                                                                                     \
      "The frame for a trap could not be written to the guest's stack; E is the vector, F the address")      \
    X(156, bounce_stack_segment, "The guest's kernel stack selector is not usable; F is it")                 \
    X(157, iret_frame, "The frame for iret could not be read; F is its address")                             \
    X(158, iret_privilege, "An iret asks for ring F, above what it may have (E)")                            \
    X(159, iret_flags, "An iret asks for flags outside E; F is the flags")                                   \
    X(160, iret_selector, "An iret names a selector that cannot be loaded; F is it")                         \
    X(161, software_interrupt_denied,                                                                        \
      "INT F came from a ring the handler does not allow; E is the ring it needs")                           \
    X(162, failsafe_missing,                                                                                 \
      "A fault while returning to the guest, and it has no failsafe callback; F is the vector")              \
    X(163, nested_faults, "A fault while delivering a fault; E is the first vector, F the second")           \
    X(164, debug_register, "There is no debug register F that a guest may use so")                           \
    X(165, debug_address, "A breakpoint in the hypervisor's part; F is the address")                         \
    X(166, debug_control,                                                                                    \
      "DR7 has bits a guest may not set (general detect, I/O breakpoints); F is the value")                  \
    X(167, nmi_handler_address, "The NMI handler's address is not usable; F is it")                          \
    X(168, nmi_not_vcpu0, "Only vCPU 0 has an NMI handler; the caller is vCPU F")                            \
    X(169, segment_base, "A segment base is not a canonical address; F is it")                               \
    X(170, context_flags, "A vCPU context has flags or control registers it may not have; F is the value")   \
    X(171, context_selector, "A vCPU context has a selector that is not usable; F is it")                    \
    X(172, context_root, "A vCPU context has no usable root page table; M is the frame")                     \
    X(173, call_gate, "A far call through a gate could not be emulated; F is the selector")                  \
    /* 180 to 199: instruction emulation. */                                                                 \
    X(180, control_register, "Control register E cannot be written with F")                                  \
    X(181, msr_read, "MSR F cannot be read by this guest")                                                   \
    X(182, msr_write, "MSR E cannot be written with F")                                                      \
    X(183, io_port,                                                                                          \
      "I/O port F is not for this domain or for its current privilege; E is the width in bytes")             \
    X(184, instruction_unknown, "A privileged instruction is not understood; F is its bytes")                \
    X(185, instruction_unreadable, "The bytes of a privileged instruction cannot be read; F is the address") \
    X(186, instruction_user_mode, "A privileged instruction in user mode; F is its bytes")                   \
    X(187, xcr0_value, "XSETBV E cannot be written with F")                                                  \
    X(188, emulation_operand,                                                                                \
      "The memory operand of an emulated instruction cannot be reached; F is the address")                   \
    X(189, tsc_disabled, "RDTSC while CR4.TSD is set")                                                       \
    X(190, canonical_range, "A 32-bit guest reached a linear address of 4 GiB or more; F is the address")    \
    /* 200 to 219: event channels. */                                                                        \
    X(200, port_invalid, "There is no port F; E is how many there are")                                      \
    X(201, port_free, "Port F is not bound to anything")                                                     \
    X(202, port_wrong_kind, "Port F is of another kind; E is its state")                                     \
    X(203, port_not_for_us,                                                                                  \
      "The remote port does not wait for this domain; E is whom it waits for, F the port")                   \
    X(204, no_free_port, "All ports are in use; E is how many there are")                                    \
    X(205, virq_invalid, "There is no virtual interrupt F; E is how many there are")                         \
    X(206, virq_bound, "Virtual interrupt F is bound on that vCPU already; E is the port")                   \
    X(207, virq_not_vcpu0, "A global virtual interrupt is bound on vCPU 0; F is the vCPU given")             \
    X(208, virq_privileged, "Virtual interrupt F is for the initial domain")                                 \
    X(209, pirq_invalid, "There is no physical interrupt F for this domain")                                 \
    X(210, port_pinned_vcpu, "Port F is bound to one vCPU and cannot move")                                  \
    X(211, port_hypervisor, "Port F is the hypervisor's and cannot be closed by the guest")                  \
    X(212, event_layout, "The command belongs to the other layout of events; F is the command")              \
    /* 220 to 249: grants. */                                                                                \
    X(220, grant_reference, "There is no grant F; E is how many there are")                                  \
    X(221, grant_not_granted, "Grant F is not granted to the caller; E is the entry's flags")                \
    X(222, grant_read_only, "Grant F is read-only and write access was asked for")                           \
    X(223, grant_handle, "There is no mapping with handle F")                                                \
    X(224, grant_mapping_mismatch, "The mapping of handle F is not at the address given; E is where it is")  \
    X(225, grant_address, "The address to map at cannot be used; F is it")                                   \
    X(226, grant_flags, "A grant operation has flags that do not fit together; F is the flags")              \
    X(227, grant_domain, "Domain F cannot be granted from")                                                  \
    X(228, grant_frame, "The frame a grant names cannot be used so; M is the frame, F the grant")            \
    X(229, grant_copy_range, "A copy goes past the end of a frame; E is offset, F length")                   \
    X(230, grant_busy, "Grant F is in use")                                                                  \
    X(231, grant_table_frames, "A grant table has at most E frames; F were asked for")                       \
    X(232, grant_version, "The table's format cannot be F now; E is the format in force")                    \
    X(233, grant_transfer_slot, "The receiver's entry F does not accept a transfer; E is its flags")         \
    X(234, grant_handles_exhausted, "All handles are in use; E is how many there are")                       \
    X(235, grant_contended, "Another processor keeps changing grant F; E is how often it was tried")         \
    /* 250 to 269: scheduling, vCPUs, time. */                                                               \
    X(250, vcpu_invalid, "There is no vCPU F; E is how many the domain may have")                            \
    X(251, vcpu_not_initialised, "vCPU F has no state yet")                                                  \
    X(252, vcpu_initialised, "vCPU F has its state already")                                                 \
    X(253, vcpu_not_self, "The command works on the calling vCPU; E is its number, F the one given")         \
    X(254, vcpu_info_placement, "vcpu_info does not fit into a page at offset F")                            \
    X(255, vcpu_info_placed, "vcpu_info of vCPU F was moved already; M is its frame")                        \
    X(256, runstate_address, "An area to keep up to date is not at a usable address; F is it")               \
    X(257, timer_period, "A period of F ns is too short or too long; E is the limit")                        \
    X(258, timer_past, "The time F lies in the past; E is the present")                                      \
    X(259, shutdown_reason, "There is no shutdown reason F; E is the last there is")                         \
    X(260, poll_ports, "At most E ports can be polled; F were given")                                        \
    X(261, watchdog_invalid, "There is no watchdog F; E is how many there are")                              \
    X(262, watchdogs_exhausted, "All E watchdogs run")                                                       \
    X(263, vcpu_last, "The last running vCPU of a domain cannot do that; F is its number")                   \
    X(264, vcpu_pin, "A vCPU on processor E cannot be pinned to, or released from, processor F now")         \
    /* 270 to 289: devices. */                                                                               \
    X(270, iopl_value, "An I/O privilege level is 0 to 3; F was given")                                      \
    X(271, iobitmap_ports, "There are E I/O ports; a bitmap for F was given")                                \
    X(272, device_invalid, "There is no such PCI device; F is segment, bus and function")                    \
    X(273, device_not_owned, "The PCI device F is not the caller's")                                         \
    X(274, irq_denied, "The domain has no right to interrupt F")                                             \
    X(275, irq_in_use, "Interrupt F is in use; E is by whom")                                                \
    X(276, msi_table_guarded, "The MSI-X table is the hypervisor's to write; M is its frame")                \
    X(278, io_ranges, "A domain's rights have at most E ranges; F begins the one too many")                  \
    X(277, console_not_owner, "The caller may not read the console; F is its number")                        \
    /* 290 to 309: control of domains. */                                                                    \
    X(290, interface_version, "The caller was built for another version of this call; E is ours, F its")     \
    X(291, domain_exists, "Domain F exists already")                                                         \
    X(292, domain_state, "Domain F is not in a state that allows this; E is its state")                      \
    X(293, domains_exhausted, "No more domains can be created; E is how many there may be")                  \
    X(294, domain_config, "The configuration asks for what Ringlet does not have; F is the flags")           \
    X(295, domain_is_self, "The caller cannot do this to its own domain, F")                                 \
    X(296, domain_dying, "Domain F is being destroyed")                                                      \
    X(298, scheduler, "There is no such scheduler here; E is ours, F was named")                             \
    X(299, resource, "Resource F of type E is not there to be mapped")                                       \
    X(297, domain_width, "Domains begin 64 bits wide and may become 32; this one has E, F was asked for")    \
    /* 310 to 319: Ringlet's own call. */                                                                    \
    X(310, trace_mask, "There are no trace bits outside E; F was given")

/* REASON_<name> for each of them. */
#ifndef __ASSEMBLER__
#define RINGLET_REASON_CONSTANT(number, name, text) REASON_##name = (number),
enum ringlet_reason { REASON_none = 0, RINGLET_REASONS(RINGLET_REASON_CONSTANT) };
#endif

#endif
