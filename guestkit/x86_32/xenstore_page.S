/* SPDX-License-Identifier: MIT */
/* A page of the image that the xenstore ring's frame is mapped over. */
    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl xenstore_page
xenstore_page:
    .skip 4096
