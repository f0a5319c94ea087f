/* SPDX-License-Identifier: MIT */
/*
 * Start of day: the builder leaves the start_info's address in %esi, flat ring-1 segments, the
 * event upcall masked, and a one-page stack inside the boot region. We move to a stack of our own
 * so that the boot region's end is free memory.
 */
#define STACK_BYTES 65536

    .section .text.start, "ax", @progbits
    .globl _start
    .type _start, @function
_start:
    cld
    movl $boot_stack_top, %esp
    xorl %ebp, %ebp
    subl $12, %esp /* the ABI of C wants 16-byte alignment before a call's argument list */
    pushl %esi
    call guest_start
    ud2
    .size _start, . - _start

    /* Pulls the notes' object out of the archive. */
    .section .rodata
    .long guest_notes

    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl boot_stack
    .globl boot_stack_top
boot_stack:
    .skip STACK_BYTES
boot_stack_top:
