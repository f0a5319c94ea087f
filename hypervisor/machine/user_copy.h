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
    return n <= limit && address.raw <= limit - n;
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

#define DEFINE_GUEST_GET(bits)                                                                               \
    static inline int guest_get##bits(uint##bits##_t *value, gva_t from)                                     \
    {                                                                                                        \
        uint##bits##_t v = 0;                                                                                \
        int error = 0;                                                                                       \
        if (unlikely(!guest_range_ok(from, sizeof(v))))                                                      \
            return -EFAULT;                                                                                  \
        __asm__ volatile("1: mov %2, %1\n"                                                                   \
                         "2:\n"                                                                              \
                         ".section .fixup, \"ax\"\n"                                                         \
                         "3: movl %3, %0\n"                                                                  \
                         "   jmp 2b\n"                                                                       \
                         ".previous\n"                                                                       \
                         ".section .ex_table, \"a\"\n"                                                       \
                         ".long 1b - ., 3b - .\n"                                                            \
                         ".previous\n"                                                                       \
                         : "+r"(error), "+r"(v)                                                              \
                         : "m"(*(const uint##bits##_t *)from.raw), "i"(-EFAULT));                            \
        *value = v;                                                                                          \
        return error;                                                                                        \
    }

#define DEFINE_GUEST_PUT(bits)                                                                               \
    static inline int guest_put##bits(gva_t to, uint##bits##_t v)                                            \
    {                                                                                                        \
        int error = 0;                                                                                       \
        if (unlikely(!guest_range_ok(to, sizeof(v))))                                                        \
            return -EFAULT;                                                                                  \
        __asm__ volatile("1: mov %2, %1\n"                                                                   \
                         "2:\n"                                                                              \
                         ".section .fixup, \"ax\"\n"                                                         \
                         "3: movl %3, %0\n"                                                                  \
                         "   jmp 2b\n"                                                                       \
                         ".previous\n"                                                                       \
                         ".section .ex_table, \"a\"\n"                                                       \
                         ".long 1b - ., 3b - .\n"                                                            \
                         ".previous\n"                                                                       \
                         : "+r"(error), "=m"(*(uint##bits##_t *)to.raw)                                      \
                         : "r"(v), "i"(-EFAULT));                                                            \
        return error;                                                                                        \
    }

/* Single aligned or unaligned words, for the hot paths: 0 or -EFAULT; *value is 0 after a failure. */
DEFINE_GUEST_GET(8)
DEFINE_GUEST_GET(16)
DEFINE_GUEST_GET(32)
DEFINE_GUEST_GET(64)
DEFINE_GUEST_PUT(8)
DEFINE_GUEST_PUT(16)
DEFINE_GUEST_PUT(32)
DEFINE_GUEST_PUT(64)

/*
 * Four 64-bit words from an address the caller has checked with guest_range_ok(): 0, or -EFAULT with the words
 * undefined. For a multicall's entries.
 */
static inline int guest_get_words(uint64_t word[4], gva_t from)
{
    int error = 0;
    __asm__ volatile("1: mov (%5), %1\n"
                     "2: mov 8(%5), %2\n"
                     "3: mov 16(%5), %3\n"
                     "4: mov 24(%5), %4\n"
                     "5:\n"
                     ".section .fixup, \"ax\"\n"
                     "6: movl %6, %0\n"
                     "   jmp 5b\n"
                     ".previous\n"
                     ".section .ex_table, \"a\"\n"
                     ".long 1b - ., 6b - .\n"
                     ".long 2b - ., 6b - .\n"
                     ".long 3b - ., 6b - .\n"
                     ".long 4b - ., 6b - .\n"
                     ".previous\n"
                     : "+r"(error), "=&r"(word[0]), "=&r"(word[1]), "=&r"(word[2]), "=&r"(word[3])
                     : "r"(from.raw), "i"(-EFAULT)
                     : "memory");
    return error;
}

/* Three 32-bit words, checked: 0, or -EFAULT with the words undefined. For the operations of mmuext_op. */
static inline int guest_get_words32(uint32_t word[3], gva_t from)
{
    int error = 0;

    if (unlikely(!guest_range_ok(from, 3 * sizeof(word[0]))))
        return -EFAULT;
    __asm__ volatile("1: mov (%4), %1\n"
                     "2: mov 4(%4), %2\n"
                     "3: mov 8(%4), %3\n"
                     "4:\n"
                     ".section .fixup, \"ax\"\n"
                     "5: movl %5, %0\n"
                     "   jmp 4b\n"
                     ".previous\n"
                     ".section .ex_table, \"a\"\n"
                     ".long 1b - ., 5b - .\n"
                     ".long 2b - ., 5b - .\n"
                     ".long 3b - ., 5b - .\n"
                     ".previous\n"
                     : "+r"(error), "=&r"(word[0]), "=&r"(word[1]), "=&r"(word[2])
                     : "r"(from.raw), "i"(-EFAULT)
                     : "memory");
    return error;
}

#endif
