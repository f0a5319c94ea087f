/* SPDX-License-Identifier: MIT */
/*
 * The kernel's text and constants, read-only. Needs `hypercall`, and the image to be linked as guest.ld does it.
 *
 * The builder maps the whole image writable. The kit's entry code calls this before guest_main(), so that a stray
 * pointer meets a page fault instead of code. A port that changes its own text defines an image_protect() that returns
 * 0; one with an entry of its own has nothing to do with it unless it calls it.
 */
#ifndef GUESTKIT_PROTECT_H
#define GUESTKIT_PROTECT_H

#include <abi/guest.h>

/*
 * Map [text_start, rodata_end) read-only, in a few multicalls. Before any page tables but the builder's are in use. 0, or
 * the negative errno of the first call that was refused; what comes after it stays as it was.
 */
int image_protect(const start_info_t *info);

#endif
