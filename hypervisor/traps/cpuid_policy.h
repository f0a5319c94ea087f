// SPDX-License-Identifier: MIT
/* What a guest learns from CPUID, through the forced-emulation prefix or where the processor lets CPUID be caught. */
#ifndef RINGLET_TRAPS_CPUID_POLICY_H
#define RINGLET_TRAPS_CPUID_POLICY_H

#include "core/domain.h"
#include "machine/cpu.h"

/* State components guests may have: x87, SSE, AVX. */
#define XCR0_X87 1u
#define XCR0_SSE 2u
#define XCR0_AVX 4u
#define XCR0_GUEST (XCR0_X87 | XCR0_SSE | XCR0_AVX)

/* Start: reads the processor once. */
void cpuid_policy_start(void);

/* The answer to `leaf` and `subleaf` for v. `xcr0`: what v has enabled, for the size of its state. */
struct cpuid_result cpuid_policy(const struct vcpu *v, uint32_t leaf, uint32_t subleaf);

/* Whether guests have XSAVE, and which components of it. */
bool cpuid_policy_has_xsave(void);
uint32_t cpuid_policy_xcr0(void);
bool cpuid_policy_is_intel(void);

#endif
