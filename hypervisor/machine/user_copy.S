// SPDX-License-Identifier: MIT
/*
 * bool user_copy(void *to, const void *from, size_t n)
 * Either side may be guest memory the caller has bounded. A fault in a copy instruction resumes at `copy_failed`.
 */
    .text
    .globl user_copy
    .type user_copy, @function
user_copy:
    mov %rdx, %rcx
    shr $3, %rcx
1:  rep movsq
    and $7, %edx
    jz 3f
    mov %edx, %ecx
2:  rep movsb
3:  mov $1, %eax
    ret
    .size user_copy, . - user_copy

    .section .fixup, "ax"
copy_failed:
    xor %eax, %eax
    ret

    .section .ex_table, "a"
    .long 1b - ., copy_failed - .
    .long 2b - ., copy_failed - .
