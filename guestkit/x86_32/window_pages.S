/* SPDX-License-Identifier: MIT */
#define WINDOW_SLOTS 8
    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl window_pages
window_pages:
    .skip 4096 * WINDOW_SLOTS
