/* SPDX-License-Identifier: MIT */
/*
 * The ELF notes a domain builder reads, and the hypercall page it fills in. A port that wants
 * other answers supplies its own object with `hypercall_page` and `guest_notes` in it and this
 * one is not linked.
 */
#include <abi/elfnote.h>

.macro note type, more:vararg
    .balign 4
    .long 2f - 1f, 4f - 3f, \type
1:  .asciz "Xen"
2:  .balign 4
3:  \more
4:  .balign 4
.endm

    .section .note.xen, "a", @note
    .globl guest_notes
guest_notes:
    note XEN_ELFNOTE_GUEST_OS, .asciz "guestkit"
    note XEN_ELFNOTE_GUEST_VERSION, .asciz "1"
    note XEN_ELFNOTE_XEN_VERSION, .asciz "xen-3.0"
    note XEN_ELFNOTE_LOADER, .asciz "generic"
    note XEN_ELFNOTE_VIRT_BASE, .long virt_base
    note XEN_ELFNOTE_PADDR_OFFSET, .long virt_base
    note XEN_ELFNOTE_ENTRY, .long _start
    note XEN_ELFNOTE_HYPERCALL_PAGE, .long hypercall_page
    /* "yes" alone promises a root above 4 GiB is understood too. */
    note XEN_ELFNOTE_PAE_MODE, .asciz "yes"
    note XEN_ELFNOTE_FEATURES, .asciz "pae_pgdir_above_4gb"
    /* An entry of an L1 table is valid when its present bit is set: mask, then value. */
    note XEN_ELFNOTE_L1_MFN_VALID, .quad 1, 1
    note XEN_ELFNOTE_HV_START_LOW, .long 0xf5800000
    note XEN_ELFNOTE_SUSPEND_CANCEL, .long 1

    .section .text.hypercall_page, "ax", @progbits
    .balign 4096
    .globl hypercall_page
    .type hypercall_page, @function
hypercall_page:
    .skip 4096, 0xcc
    .size hypercall_page, 4096
