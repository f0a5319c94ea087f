/* SPDX-License-Identifier: MIT */
/*
 * Entry points of every vector and callback, and the one way back. They complete the hypervisor's
 * bounce frame to a struct trap_frame (guestkit/traps.h); traps.c asserts that layout.
 *
 *     bounce frame, growing down:  [ss esp] eflags cs|mask<<16 eip [error code]
 *     pushed here:                 [0] vector eax ecx edx ebx ebp esi edi es ds
 *
 * A mask bit and a real IRET could race with an event that arrives between them; the iret hypercall
 * restores both at once, so there is no critical section to repair.
 */
#include <abi/guest.h>

/* Vectors whose bounce frame carries an error code: 8, 10 to 14, 17, 21, 29, 30. */
#define HAS_ERROR_CODE 0x60227d00

    .text
    .balign 16
    .globl trap_stubs
trap_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    .if (vector >= 32) || (((HAS_ERROR_CODE >> (vector % 32)) & 1) == 0)
    pushl $0
    .endif
    pushl $vector
    jmp trap_common
    .set vector, vector + 1
    .endr

    .balign 16
    .globl trap_event_entry
trap_event_entry:
    pushl $0
    pushl $256
    jmp trap_common

    /* The frame has DS, ES, FS and GS below the usual words. The unloadable ones are null in the CPU. */
    .balign 16
    .globl trap_failsafe_entry
trap_failsafe_entry:
    popl %ss:trap_failsafe_selectors
    popl %ss:trap_failsafe_selectors + 4
    popl %ss:trap_failsafe_selectors + 8
    popl %ss:trap_failsafe_selectors + 12
    pushl $0
    pushl $257

trap_common:
    pushl %eax
    pushl %ecx
    pushl %edx
    pushl %ebx
    pushl %ebp
    pushl %esi
    pushl %edi
    pushl %es
    pushl %ds
    movl $FLAT_KERNEL_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    cld
    movl %esp, %ebx
    andl $-16, %esp
    subl $12, %esp
    pushl %ebx
    call trap_dispatch
    movl %ebx, %esp

    jmp 1f

    .globl trap_resume
trap_resume:
    movl 4(%esp), %esp
1:  popl %ds
2:  popl %es
    popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    popl %edx
    popl %ecx
    popl %eax
    leal 8(%esp), %esp
    jmp hypercall_page + __HYPERVISOR_iret * 32

    /* A selector that cannot be loaded any more becomes the null selector. */
3:  movl $0, (%esp)
    jmp 1b
4:  movl $0, (%esp)
    jmp 2b

    .pushsection .fixups, "a"
    .long 1b, 3b
    .long 2b, 4b
    .popsection

    .bss
    .balign 4
    .globl trap_failsafe_selectors
trap_failsafe_selectors:
    .skip 16
