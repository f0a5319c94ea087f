// SPDX-License-Identifier: MIT
/*
 * The only way to guest memory by guest address. Every access is bounded by the guest's limit, so that no
 * address reaches the hypervisor's half or the machine-to-physical table, and has a fix-up: a fault makes the
 * function return -EFAULT instead of stopping the machine. A copy may stop half-way; nothing may be concluded from
 * bytes of a failed copy. CR0.WP is set, so a page table (mapped read-only) cannot be written this way.
 */
#ifndef RINGLET_MACHINE_USER_COPY_H
#define RINGLET_MACHINE_USER_COPY_H

#include "core/errno.h"
#include "core/types.h"
#include "machine/percpu.h"

/* Copies n bytes; false when a byte could not be reached. In user_copy.S. `to`/`from` are already checked. */
bool user_copy(void *to, const void *from, size_t n);

/* True when [address, address + n) lies below the current guest's limit. */
static inline bool guest_range_ok(gva_t address, uint64_t n)
{
    uint64_t limit = this_cpu()->guest_limit;

    /* Every limit is greater than what one structure takes. */
    if (!__builtin_constant_p(n) || n > PAGE_SIZE)
        return n <= limit && address.raw <= limit - n;
    return address.raw <= limit - n;
}

/* Returns 0 or -EFAULT. */
static inline int copy_from_guest(void *to, gva_t from, size_t n)
{
    if (unlikely(!guest_range_ok(from, n)) || unlikely(!user_copy(to, (const void *)from.raw, n)))
        return -EFAULT;
    return 0;
}

/* Returns 0 or -EFAULT. One of the two functions through which ring 0 writes guest memory (the other: frame_write). */
static inline int copy_to_guest(gva_t to, const void *from, size_t n)
{
    if (unlikely(!guest_range_ok(to, n)) || unlikely(!user_copy((void *)to.raw, from, n)))
        return -EFAULT;
    return 0;
}

/* One move; when it faults, control goes to the label `fault`. */
#define MOVE_OR_FAULT(operands)                                                                              \
    "1: mov " operands "\n"                                                                                  \
    ".section .ex_table, \"a\"\n"                                                                            \
    ".long 1b - ., %l[fault] - .\n"                                                                          \
    ".previous\n"

/*
 * One word, aligned or not, for the hot paths: 0, or -EFAULT. get and put check the address; load and store are for
 * several words of a range that the caller has checked. *value is 0 after a failure.
 */
#define DEFINE_GUEST_WORD(bits)                                                                              \
    static inline int guest_load##bits(uint##bits##_t *value, gva_t from)                                    \
    {                                                                                                        \
        uint##bits##_t v;                                                                                    \
        __asm__ goto(MOVE_OR_FAULT("%1, %0")                                                                 \
                     : "=r"(v)                                                                               \
                     : "m"(*(const uint##bits##_t *)from.raw)                                                \
                     : "memory"                                                                              \
                     : fault);                                                                               \
        *value = v;                                                                                          \
        return 0;                                                                                            \
    fault:                                                                                                   \
        *value = 0;                                                                                          \
        return -EFAULT;                                                                                      \
    }                                                                                                        \
    static inline int guest_get##bits(uint##bits##_t *value, gva_t from)                                     \
    {                                                                                                        \
        if (likely(guest_range_ok(from, sizeof(*value))))                                                    \
            return guest_load##bits(value, from);                                                            \
        *value = 0;                                                                                          \
        return -EFAULT;                                                                                      \
    }                                                                                                        \
    static inline int guest_store##bits(gva_t to, uint##bits##_t v)                                          \
    {                                                                                                        \
        __asm__ goto(MOVE_OR_FAULT("%1, %0") : : "m"(*(uint##bits##_t *)to.raw), "r"(v) : "memory" : fault); \
        return 0;                                                                                            \
    fault:                                                                                                   \
        return -EFAULT;                                                                                      \
    }                                                                                                        \
    static inline int guest_put##bits(gva_t to, uint##bits##_t v)                                            \
    {                                                                                                        \
        return likely(guest_range_ok(to, sizeof(v))) ? guest_store##bits(to, v) : -EFAULT;                   \
    }

DEFINE_GUEST_WORD(8)
DEFINE_GUEST_WORD(16)
DEFINE_GUEST_WORD(32)
DEFINE_GUEST_WORD(64)

#endif
