// SPDX-License-Identifier: MIT
/*
 * Guest memory of the fake machine: the window [FAKE_GUEST_BASE, +FAKE_GUEST_SIZE) is fake_guest[]; any other address
 * goes through the current vCPU's page tables, with their access rights. A byte that is nowhere stops a copy.
 */
#ifndef RINGLET_FAKE_USER_COPY_H
#define RINGLET_FAKE_USER_COPY_H

#include "core/errno.h"
#include "core/types.h"
#include "machine/percpu.h"

#define FAKE_GUEST_BASE 0x1000000u
#define FAKE_GUEST_SIZE 0x10000u

extern uint8_t fake_guest[FAKE_GUEST_SIZE];

bool fake_copy_from(void *to, uint64_t from, size_t n);
bool fake_copy_to(uint64_t to, const void *from, size_t n);

static inline bool guest_range_ok(gva_t address, uint64_t n)
{
    uint64_t limit = this_cpu()->guest_limit;
    return n <= limit && address.raw <= limit - n;
}

static inline int copy_from_guest(void *to, gva_t from, size_t n)
{
    return guest_range_ok(from, n) && fake_copy_from(to, from.raw, n) ? 0 : -EFAULT;
}

static inline int copy_to_guest(gva_t to, const void *from, size_t n)
{
    return guest_range_ok(to, n) && fake_copy_to(to.raw, from, n) ? 0 : -EFAULT;
}

#define FAKE_GUEST_WORD(bits)                                                                                \
    static inline int guest_get##bits(uint##bits##_t *value, gva_t from)                                     \
    {                                                                                                        \
        int error = copy_from_guest(value, from, sizeof(*value));                                            \
        if (error)                                                                                           \
            *value = 0;                                                                                      \
        return error;                                                                                        \
    }                                                                                                        \
    static inline int guest_put##bits(gva_t to, uint##bits##_t value)                                        \
    {                                                                                                        \
        return copy_to_guest(to, &value, sizeof(value));                                                     \
    }                                                                                                        \
    static inline int guest_load##bits(uint##bits##_t *value, gva_t from)                                    \
    {                                                                                                        \
        return guest_get##bits(value, from);                                                                 \
    }                                                                                                        \
    static inline int guest_store##bits(gva_t to, uint##bits##_t value)                                      \
    {                                                                                                        \
        return guest_put##bits(to, value);                                                                   \
    }

FAKE_GUEST_WORD(8)
FAKE_GUEST_WORD(16)
FAKE_GUEST_WORD(32)
FAKE_GUEST_WORD(64)

#endif
