// SPDX-License-Identifier: MIT
/*
 * Segment descriptors: their fields, and which of them a guest may have. Intel SDM volume 3, sections 3.4.5 and 5.8.3.
 * Pure functions of their arguments.
 */
#ifndef RINGLET_TRAPS_DESCRIPTORS_H
#define RINGLET_TRAPS_DESCRIPTORS_H

#include "core/domain.h"

#define DESCRIPTOR_ACCESSED (1ull << 40)
#define DESCRIPTOR_WRITABLE (1ull << 41)   /* of a data segment; of a code segment: readable */
#define DESCRIPTOR_CONFORMING (1ull << 42) /* of a code segment; of a data segment: expands down */
#define DESCRIPTOR_CODE (1ull << 43)
#define DESCRIPTOR_TYPE (0xfull << 40)
#define DESCRIPTOR_CALL_GATE (0xcull << 40)
#define DESCRIPTOR_MEMORY (1ull << 44) /* S: a code or data segment, not a gate or system segment */
#define DESCRIPTOR_DPL_SHIFT 45
#define DESCRIPTOR_DPL (3ull << DESCRIPTOR_DPL_SHIFT)
#define DESCRIPTOR_PRESENT (1ull << 47)
#define DESCRIPTOR_LONG (1ull << 53)
#define DESCRIPTOR_BIG (1ull << 54) /* 32-bit operands, addresses and stack pointer */
#define DESCRIPTOR_PAGES (1ull << 55)

static inline uint32_t descriptor_base(uint64_t d)
{
    return (uint32_t)(d >> 16 & 0xffffff) | (uint32_t)(d >> 32 & 0xff000000);
}

/* The last byte's offset. */
static inline uint32_t descriptor_limit(uint64_t d)
{
    uint32_t limit = (uint32_t)(d & 0xffff) | (uint32_t)(d >> 32 & 0xf0000);

    return d & DESCRIPTOR_PAGES ? limit << PAGE_SHIFT | (PAGE_SIZE - 1) : limit;
}

static inline unsigned descriptor_dpl(uint64_t d)
{
    return (unsigned)(d >> DESCRIPTOR_DPL_SHIFT) & 3;
}

/* The least privileged ring the hypervisor keeps for itself is 0: a guest's kernel runs in 1 (32-bit) or 3. */
static inline unsigned guest_kernel_ring(const struct domain *d)
{
    return d->width == GUEST_32 ? 1 : 3;
}

/*
 * Rewrites a descriptor that domain d wants in a GDT or LDT into one it may have: privilege raised, call gates
 * disarmed (design, rule 2). False when there is none; the refusal is recorded and *descriptor left alone.
 */
bool descriptor_fix_up(const struct domain *d, uint64_t *descriptor);

#endif
