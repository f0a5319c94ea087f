// SPDX-License-Identifier: MIT
#include "traps/cpuid_features.h"

#include "machine/cpu.h"

#define VENDOR_INTEL_EBX 0x756e6547u /* "Genu" */
#define FEATURE_XSAVE (1u << 26)     /* leaf 1, ECX */
#define FEATURE_RDTSCP (1u << 27)    /* leaf 0x80000001, EDX */

struct processor_features processor_features;

void processor_features_read(void)
{
    struct cpuid_result basic = cpuid(0, 0), extended = cpuid(CPUID_EXTENDED_FIRST, 0);
    struct processor_features f = {
        .basic_last = basic.a,
        .extended_last = extended.a >= CPUID_EXTENDED_FIRST ? extended.a : 0,
        .intel = basic.b == VENDOR_INTEL_EBX,
    };

    if (f.extended_last > CPUID_EXTENDED_FIRST)
        f.rdtscp = cpuid(CPUID_EXTENDED_FIRST + 1, 0).d & FEATURE_RDTSCP;
    if (basic.a >= CPUID_BASIC_LAST && (cpuid(1, 0).c & FEATURE_XSAVE))
        f.xcr0 = cpuid(CPUID_BASIC_LAST, 0).a & XCR0_GUEST;
    processor_features = f;
}
