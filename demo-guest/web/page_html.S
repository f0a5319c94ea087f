// SPDX-License-Identifier: MIT
/* The page's file as it is. */
    .section .rodata
    .globl page_html, page_html_end
page_html:
    .incbin "demo-guest/web/page.html"
page_html_end:
    .byte 0
    .section .note.GNU-stack, "", @progbits
