/* SPDX-License-Identifier: MIT */
/* A whole page of the image gives up its frame so that the shared one can be mapped in its place. */
    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl shared_page
shared_page:
    .skip 4096
