/* SPDX-License-Identifier: MIT */
/* Pages of the image that the grant table's frames are mapped over; grants.h has their number. */
#define GRANT_FRAMES 16
    .section .bss.page_aligned, "aw", @nobits
    .balign 4096
    .globl grant_table
grant_table:
    .skip 4096 * GRANT_FRAMES
