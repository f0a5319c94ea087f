// SPDX-License-Identifier: MIT
/*
 * Types that must not be mixed: machine frames, guest frames and guest addresses are distinct structures, so
 * that passing one for another does not compile. `raw` values are numbers of 4 KiB frames, or byte addresses.
 */
#ifndef RINGLET_CORE_TYPES_H
#define RINGLET_CORE_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_SHIFT 12
#define PAGE_SIZE 4096u
#define PAGE_MASK (~(uint64_t)(PAGE_SIZE - 1))
#define ENTRIES_PER_TABLE 512u

typedef struct {
    uint64_t raw;
} mfn_t; /* machine frame: what the MMU and the frame table know */

typedef struct {
    uint64_t raw;
} pfn_t; /* pseudo-physical frame: the domain's own numbering */

typedef struct {
    uint64_t raw;
} gva_t; /* guest linear address: only copy_to_guest() and copy_from_guest() may reach through it */

typedef struct {
    uint64_t raw;
} pte_t; /* a page-table entry of any level, as the processor reads it */

#define MFN_NONE ((mfn_t){~0ull})

static inline mfn_t mfn(uint64_t raw)
{
    return (mfn_t){raw};
}

static inline pfn_t pfn(uint64_t raw)
{
    return (pfn_t){raw};
}

static inline gva_t gva(uint64_t raw)
{
    return (gva_t){raw};
}

static inline bool mfn_equal(mfn_t a, mfn_t b)
{
    return a.raw == b.raw;
}

static inline mfn_t mfn_add(mfn_t m, uint64_t frames)
{
    return (mfn_t){m.raw + frames};
}

static inline gva_t gva_add(gva_t a, uint64_t bytes)
{
    return (gva_t){a.raw + bytes};
}

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
/* For a function of the hot paths: what it calls is put into it, to the depth of functions that say so too. */
#define HOT __attribute__((flatten))
/* For what hot functions call but seldom. */
#define RARE __attribute__((cold, noinline))
/* Ring 0's stack is aligned to 8 bytes. For a large array in a hot function, which compilers would align further. */
#define STACK_ARRAY __attribute__((aligned(8)))
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define ALIGN_UP(x, to) (((x) + (to)-1) & ~((__typeof__(x))(to)-1))

/* Shared memory and anything another processor may change is read and written exactly once. */
#define READ_ONCE(x) (*(const volatile __typeof__(x) *)&(x))
#define WRITE_ONCE(x, v) (*(volatile __typeof__(x) *)&(x) = (v))

#endif
