/* SPDX-License-Identifier: MIT */
/*
 * The three rules every structure of the contract is written by.
 *
 * 1. Fixed-width types only. A guest's `unsigned long` or pointer is uint32_t in a structure that ends
 *    in _32 and abi_u64_64 in one that ends in _64. A structure without a suffix is the same for both.
 * 2. i386 aligns a 64-bit member to 4 bytes, x86-64 to 8. abi_u64_32 and abi_u64_64 carry the guest's
 *    alignment with them, so every compiler, of either width, lays the structure out as the guest does.
 * 3. Size and the offsets that matter are asserted beside the structure (ABI_SIZE, ABI_OFFSET).
 */
#ifndef ABI_TYPES_H
#define ABI_TYPES_H

#ifndef __ASSEMBLER__

#include <stddef.h>
#include <stdint.h>

typedef uint64_t abi_u64_32 __attribute__((aligned(4)));
typedef uint64_t abi_u64_64 __attribute__((aligned(8)));
typedef int64_t abi_s64_64 __attribute__((aligned(8)));

#define ABI_SIZE(type, bytes) _Static_assert(sizeof(type) == (bytes), "size of " #type)
#define ABI_OFFSET(type, member, bytes)                                                                      \
    _Static_assert(offsetof(type, member) == (bytes), "offset of " #member " in " #type)

/* Which domain: 0 to DOMID_FIRST_RESERVED - 1, or one of the DOMID_ names of xen.h. */
typedef uint16_t domid_t;

typedef uint8_t xen_domain_handle_t[16];
typedef struct {
    uint8_t a[16];
} xen_uuid_t;

#endif /* __ASSEMBLER__ */

#endif
