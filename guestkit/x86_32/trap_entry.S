/* SPDX-License-Identifier: MIT */
/*
 * Entry points of every vector and callback, and the one way back. They complete the hypervisor's
 * bounce frame to a struct trap_frame (guestkit/traps.h); traps.c asserts that layout.
 *
 *     bounce frame, growing down:  [ss esp] eflags cs|mask<<16 eip [error code]
 *     pushed here:                 [0] vector eax ecx edx ebx ebp esi edi es ds
 *
 * Back to ring 3, and from an NMI, only the hypervisor can go: that is the iret hypercall, which also restores
 * the upcall mask. Back to ring 1 a plain IRET does, after the mask has been cleared by hand. Between those
 * two an event may come in. The section where it can is marked, nothing is popped in it, and an upcall that
 * interrupts it drops its own frame and goes on with the one that was about to be returned to: the stack does not grow
 * however fast events come.
 */
#include <abi/guest.h>

/* Places in struct trap_frame, and vCPU 0's flags in the shared page. traps.c asserts them. */
#define FRAME_VECTOR 36
#define FRAME_CS 48
#define FRAME_EFLAGS 52
#define UPCALL_PENDING shared_page
#define UPCALL_MASK shared_page + 1
#define EFLAGS_IF 0x200
#define OUTER_RING 2 /* bit of a code selector that rings 2 and 3 have */
#define NMI 2
#define EVENT 256
#define FAILSAFE 257

/* Vectors whose bounce frame carries an error code: 8, 10 to 14, 17, 21, 29, 30. */
#define HAS_ERROR_CODE 0x60227d00

/* Undo trap_common, down to the frame's EIP. A selector that cannot be loaded any more becomes the null selector. */
.macro pop_registers
11: popl %ds
12: popl %es
    popl %edi
    popl %esi
    popl %ebp
    popl %ebx
    popl %edx
    popl %ecx
    popl %eax
    leal 8(%esp), %esp
    .pushsection .text.fixup, "ax"
13: movl $0, %ss:(%esp)
    jmp 11b
14: movl $0, %ss:(%esp)
    jmp 12b
    .popsection
    .pushsection .fixups, "a"
    .long 11b, 13b
    .long 12b, 14b
    .popsection
.endm

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
    testl $OUTER_RING, %ss:4(%esp)
    jnz 1f
    cmpl $trap_return_section, %ss:(%esp)
    jb 1f
    cmpl $trap_return_section_end, %ss:(%esp)
    jae 1f
    addl $12, %esp
1:  pushl $0
    pushl $EVENT
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
    pushl $FAILSAFE

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
    jmp return_from_frame

    .globl trap_resume
trap_resume:
    movl 4(%esp), %esp

return_from_frame:
    testl $OUTER_RING, FRAME_CS(%esp)
    jnz return_by_hypervisor
    cmpl $NMI, FRAME_VECTOR(%esp)
    je return_by_hypervisor
    testl $EFLAGS_IF, FRAME_EFLAGS(%esp)
    jz return_masked
    pop_registers
    .globl trap_return_section
    .globl trap_return_section_end
trap_return_section:
    movb $0, %ss:UPCALL_MASK
    testb $0xff, %ss:UPCALL_PENDING
    jnz 1f
    iret
trap_return_section_end:
1:  movb $1, %ss:UPCALL_MASK
    pushl $0
    pushl $EVENT
    jmp trap_common

    /* The handler may have unmasked upcalls. */
return_masked:
    movb $1, %ss:UPCALL_MASK
    pop_registers
    iret

return_by_hypervisor:
    pop_registers
    jmp hypercall_page + __HYPERVISOR_iret * 32

    .bss
    .balign 4
    .globl trap_failsafe_selectors
trap_failsafe_selectors:
    .skip 16
