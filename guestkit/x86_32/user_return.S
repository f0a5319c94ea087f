/* SPDX-License-Identifier: MIT */
/* Where a ring-3 function of user_call() returns to: its result goes out in EAX. */
#define USER_EXIT_VECTOR 0x80

    .section .user.text, "ax", @progbits
    .globl user_return
user_return:
    int $USER_EXIT_VECTOR
    jmp user_return
