/* SPDX-License-Identifier: MIT */
/* The shortest way to ring 3 and back: an iret hypercall, one INT, and a trap entry that abandons its frame. */
#include <abi/guest.h>

    .text
    .globl bench_user_round_trip
bench_user_round_trip:
    pushal
    movl %esp, kernel_esp
    pushl $FLAT_USER_SS
    pushl $0
    pushl $0x2
    pushl $FLAT_USER_CS
    pushl $bench_user_code
    jmp hypercall_page + __HYPERVISOR_iret * 32

    .globl bench_user_return
bench_user_return:
    movl $FLAT_KERNEL_DS, %eax
    movl %eax, %ds
    movl %eax, %es
    movl kernel_esp, %esp
    popal
    xorl %eax, %eax
    ret

    .section .user.text, "ax", @progbits
    .globl bench_user_code
bench_user_code:
    int $0x21

    .bss
    .balign 16
kernel_esp:
    .skip 16
    .skip 1024
    .globl bench_user_stack_top
bench_user_stack_top:
