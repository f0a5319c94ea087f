// SPDX-License-Identifier: MIT
/* What the processor has that decides what guests get; read once at start. */
#ifndef RINGLET_TRAPS_CPUID_FEATURES_H
#define RINGLET_TRAPS_CPUID_FEATURES_H

#include "core/types.h"

/* State components guests may have: x87, SSE, AVX. */
#define XCR0_X87 1u
#define XCR0_SSE 2u
#define XCR0_AVX 4u
#define XCR0_GUEST (XCR0_X87 | XCR0_SSE | XCR0_AVX)

#define CPUID_BASIC_LAST 0x0du /* that guests are shown */
#define CPUID_EXTENDED_FIRST 0x80000000u

struct processor_features {
    uint32_t basic_last, extended_last; /* leaves */
    uint32_t xcr0;                      /* components of XCR0_GUEST the processor has; 0: no XSAVE */
    bool intel;
    bool rdtscp;
};
extern struct processor_features processor_features;

void processor_features_read(void);

/*
 * Where the processor can: lets CPUID fault in guests, so that they see the policy without the forced-emulation prefix. Once a
 * processor, after processor_features_read(). (QEMU's TCG cannot.)
 */
void cpuid_make_fault(void);

/* 0 where there is no XSAVE: then FXSAVE holds all there is. */
static inline uint32_t guest_xcr0_components(void)
{
    return processor_features.xcr0;
}

#endif
