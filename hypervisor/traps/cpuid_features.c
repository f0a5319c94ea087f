// SPDX-License-Identifier: MIT
#include "traps/cpuid_features.h"

#include "machine/cpu.h"

#define VENDOR_INTEL_EBX 0x756e6547u /* "Genu" */
#define FEATURE_XSAVE (1u << 26)     /* leaf 1, ECX */
#define FEATURE_RDTSCP (1u << 27)    /* leaf 0x80000001, EDX */

/* Bits by which CPUID faults outside ring 0. Intel SDM volume 4, table 2-2; AMD APM volume 2, appendix A. */
#define PLATFORM_HAS_FAULTING (1ull << 31)
#define FEATURES_FAULTING (1ull << 0)
#define LEAF_EXTENDED_2 0x80000021u
#define HAS_USER_DISABLE (1u << 17) /* EAX */
#define CONFIGURATION_USER_DISABLE (1ull << 35)

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

void cpuid_make_fault(void)
{
    uint64_t platform;

    if (processor_features.intel) {
        if (msr_read_if_there(MSR_PLATFORM_INFO, &platform) && (platform & PLATFORM_HAS_FAULTING))
            msr_write(MSR_FEATURES_ENABLE, msr_read(MSR_FEATURES_ENABLE) | FEATURES_FAULTING);
    } else if (processor_features.extended_last >= LEAF_EXTENDED_2 &&
               (cpuid(LEAF_EXTENDED_2, 0).a & HAS_USER_DISABLE)) {
        msr_write(MSR_HARDWARE_CONFIGURATION,
                  msr_read(MSR_HARDWARE_CONFIGURATION) | CONFIGURATION_USER_DISABLE);
    }
}
