/* SPDX-License-Identifier: MIT */
/* A page of the image that the console ring's frame is mapped over. */
    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl console_page
console_page:
    .skip 4096
