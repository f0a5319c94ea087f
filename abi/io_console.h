/* SPDX-License-Identifier: MIT */
/*
 * The console page: bytes to the guest (in) and from it (out). The producer writes the byte, a write barrier,
 * then the index; indices run freely. The event channel tells the other end. Reference: io/console.h.
 */
#ifndef ABI_IO_CONSOLE_H
#define ABI_IO_CONSOLE_H

#include "types.h"

#ifndef __ASSEMBLER__

typedef uint32_t XENCONS_RING_IDX;

#define MASK_XENCONS_IDX(idx, ring) ((idx) & (sizeof(ring) - 1))

struct xencons_interface {
    char in[1024];
    char out[2048];
    XENCONS_RING_IDX in_cons, in_prod;
    XENCONS_RING_IDX out_cons, out_prod;
};
ABI_SIZE(struct xencons_interface, 3088);
ABI_OFFSET(struct xencons_interface, in_cons, 3072);

#endif /* __ASSEMBLER__ */

#endif
