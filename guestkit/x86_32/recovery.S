/* SPDX-License-Identifier: MIT */
#include <abi/guest.h>

.macro push_callee_saved
    pushl %ebp
    pushl %ebx
    pushl %esi
    pushl %edi
.endm
#define ARGUMENT(n) 16 + 4 * (n)(%esp)

    .text
    .globl recovery_call
recovery_call:
    push_callee_saved
    movl ARGUMENT(1), %eax
    movl %esp, (%eax)
    movl ARGUMENT(3), %ecx
    movl ARGUMENT(2), %edx
    subl $12, %esp
    pushl %ecx
    call *%edx
    addl $16, %esp
    xorl %eax, %eax
    jmp 1f

    /* Arrived at through a changed trap frame, with %eax at the struct recovery. */
    .globl recovery_landing
recovery_landing:
    movl (%eax), %esp
    movl $1, %eax
1:  popl %edi
    popl %esi
    popl %ebx
    popl %ebp
    ret

    .globl recovery_enter_user
recovery_enter_user:
    push_callee_saved
    movl ARGUMENT(1), %eax
    movl %esp, (%eax)
    movl $FLAT_KERNEL_SS, %ebx
    movl %esp, %ecx
    movl $__HYPERVISOR_stack_switch, %eax
    int $0x82
    movl ARGUMENT(2), %edx
    movl ARGUMENT(3), %ecx
    movl ARGUMENT(4), %ebx
    movl ARGUMENT(5), %eax
    pushl $FLAT_USER_SS
    pushl %ecx
    pushl %ebx
    pushl $FLAT_USER_CS
    pushl %edx
    movl $FLAT_USER_DS, %ecx
    movl %ecx, %ds
    movl %ecx, %es
    jmp hypercall_page + __HYPERVISOR_iret * 32
