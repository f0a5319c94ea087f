// SPDX-License-Identifier: MIT
/*
 * A 32-bit guest is shown the features it can use in ring 1 and ring 3: the processor's, through the masks below. Hidden
 * are what its page tables may not use (large and global pages, 36-bit PSE, SMEP, SMAP, protection keys), long mode and
 * what only means something in it, virtualization, power and performance monitoring, topology, and state components that
 * ring 0 does not switch. Bit numbers: Intel SDM volume 2, CPUID; AMD APM volume 3, appendix E.
 */
#include "traps/cpuid_policy.h"

#include "machine/clock.h"
#include "memory/frame.h"
#include "traps/cpuid_features.h"
#include "traps/fpu.h"
#include "traps/msr_policy.h"

#define EXTENDED_LAST 0x80000008u

/* Leaf 1. Not: VME, PSE, SEP (Intel has it below), MTRR but for dom0's sake, PGE, PSE-36, DS, HTT, TM, PBE. */
#define BASIC_EDX 0x0fc9d3f5u
#define BASIC_EDX_SEP (1u << 11)
/* Not: DTES64, MONITOR, DS-CPL, VMX, SMX, EIST, TM2, CMPXCHG16B, PCID, x2APIC, TSC deadline. */
#define BASIC_ECX 0x7ed81203u
#define BASIC_ECX_HYPERVISOR (1u << 31)
#define BASIC_ECX_XSAVE (1u << 26)
#define BASIC_ECX_OSXSAVE (1u << 27)
/* Everything that needs XSAVE's upper halves: FMA, AVX, F16C. */
#define BASIC_ECX_AVX (1u << 12 | 1u << 28 | 1u << 29)
/* Leaf 7: BMI, AVX2, ERMS, RDSEED, ADX, CLFLUSHOPT, CLWB, SHA. */
#define STRUCTURED_EBX 0x218c0328u
#define STRUCTURED_EBX_AVX2 (1u << 5)
/* PREFETCHWT1, GFNI, VAES, VPCLMULQDQ. */
#define STRUCTURED_ECX 0x00000701u
#define STRUCTURED_EDX 0x00000010u /* fast short REP MOVSB */
/* Leaf 0x80000001: as leaf 1, with SYSCALL (AMD), NX, MMX extensions, RDTSCP and 3DNow; no 1 GiB pages, no long mode. */
#define EXTENDED_EDX 0xc9d1dbf5u
#define EXTENDED_EDX_SYSCALL (1u << 11)
#define EXTENDED_EDX_RDTSCP (1u << 27)
/* ABM, SSE4A, misaligned SSE, prefetch, XOP, FMA4, TBM. */
#define EXTENDED_ECX 0x002109e0u
#define EXTENDED_ECX_AVX (1u << 11 | 1u << 16)
/* Leaf 0xd, subleaf 1: XSAVEOPT, XSAVEC, XGETBV with ECX 1; XSAVES is a kernel's in ring 0 only. */
#define XSAVE_FORMS 0x00000007u

typedef struct cpuid_result answer;

static const answer nothing;

static bool has_avx(void)
{
    return processor_features.xcr0 & XCR0_AVX;
}

/* Leaf 1. EBX: no topology, the vCPU's number as APIC id, the cache line CLFLUSH works on. */
static answer basic_features(const struct vcpu *v)
{
    answer r = cpuid(1, 0);

    r.b = (r.b & 0xff00) | v->id << 25;
    r.c &= BASIC_ECX;
    if (!processor_features.xcr0)
        r.c &= ~(BASIC_ECX_XSAVE | BASIC_ECX_OSXSAVE);
    if (!has_avx())
        r.c &= ~BASIC_ECX_AVX;
    r.c |= BASIC_ECX_HYPERVISOR;
    r.d &= BASIC_EDX | (processor_features.intel ? BASIC_EDX_SEP : 0);
    return r;
}

static answer structured_features(uint32_t subleaf)
{
    answer r;

    if (subleaf != 0 || processor_features.basic_last < 7)
        return nothing;
    r = cpuid(7, 0);
    r.a = 0;
    r.b &= STRUCTURED_EBX;
    r.c &= STRUCTURED_ECX;
    r.d &= STRUCTURED_EDX;
    if (!has_avx())
        r.b &= ~STRUCTURED_EBX_AVX2;
    return r;
}

/* x87 and SSE state takes 576 bytes with XSAVE's header; each further component says where it ends. */
static uint32_t state_size(uint32_t xcr0)
{
    uint32_t size = 576;

    if (xcr0 & XCR0_AVX) {
        answer avx = cpuid(CPUID_BASIC_LAST, 2);
        size = avx.b + avx.a;
    }
    return size;
}

static answer state_components(const struct vcpu *v, uint32_t subleaf)
{
    answer r = nothing;

    if (!processor_features.xcr0)
        return nothing;
    if (subleaf == 0) {
        r.a = processor_features.xcr0;
        r.b = state_size(fpu_xcr0(v));
        r.c = state_size(processor_features.xcr0);
    } else if (subleaf == 1) {
        r.a = cpuid(CPUID_BASIC_LAST, 1).a & XSAVE_FORMS;
    } else if (subleaf == 2 && has_avx()) {
        r = cpuid(CPUID_BASIC_LAST, 2);
        r.c = r.d = 0;
    }
    return r;
}

static answer basic_leaf(const struct vcpu *v, uint32_t leaf, uint32_t subleaf)
{
    switch (leaf) {
    case 0: {
        answer r = cpuid(0, 0);
        r.a = MIN(r.a, CPUID_BASIC_LAST);
        return r;
    }
    case 1: return basic_features(v);
    case 2: return processor_features.intel ? cpuid(2, 0) : nothing;
    case 4: /* caches; how many share each is topology */
        if (processor_features.intel && processor_features.basic_last >= 4) {
            answer r = cpuid(4, subleaf);
            r.a &= 0x3fff;
            return r;
        }
        return nothing;
    case 7: return structured_features(subleaf);
    case CPUID_BASIC_LAST: return state_components(v, subleaf);
    default: return nothing;
    }
}

static answer extended_features(void)
{
    answer r = cpuid(CPUID_EXTENDED_FIRST + 1, 0);

    r.b = 0;
    r.c &= EXTENDED_ECX;
    if (!has_avx())
        r.c &= ~EXTENDED_ECX_AVX;
    r.d &= EXTENDED_EDX;
    if (processor_features.intel)
        r.d &= ~EXTENDED_EDX_SYSCALL;
    return r;
}

static answer extended_leaf(uint32_t leaf)
{
    answer r;

    if (leaf > processor_features.extended_last)
        return nothing;
    switch (leaf) {
    case CPUID_EXTENDED_FIRST:
        r = cpuid(leaf, 0);
        r.a = MIN(r.a, EXTENDED_LAST);
        return r;
    case CPUID_EXTENDED_FIRST + 1: return extended_features();
    case CPUID_EXTENDED_FIRST + 2:
    case CPUID_EXTENDED_FIRST + 3:
    case CPUID_EXTENDED_FIRST + 4: /* the processor's name */
    case CPUID_EXTENDED_FIRST + 5:
    case CPUID_EXTENDED_FIRST + 6: /* caches */ return cpuid(leaf, 0);
    case EXTENDED_LAST: /* machine addresses as they are, 32 bits of linear ones */
        r = nothing;
        r.a = (cpuid(leaf, 0).a & 0xff) | 32u << 8;
        return r;
    default: return nothing;
    }
}

/* The reference's own leaves; abi/arch_x86.h says what each holds. */
static answer xen_leaf(uint32_t leaf, uint32_t subleaf)
{
    switch (leaf - XEN_CPUID_FIRST_LEAF) {
    case 0:
        return (answer){XEN_CPUID_FIRST_LEAF + XEN_CPUID_MAX_NUM_LEAVES, XEN_CPUID_SIGNATURE_EBX,
                        XEN_CPUID_SIGNATURE_ECX, XEN_CPUID_SIGNATURE_EDX};
    case 1: return (answer){.a = 4u << 16 | 17};
    case 2: return (answer){1, MSR_HYPERCALL_PAGE, XEN_CPUID_FEAT1_MMU_PT_UPDATE_PRESERVE_AD, 0};
    case 3:
        if (subleaf == 0)
            return (answer){.a = processor_features.rdtscp ? 4 : 0};
        return subleaf == 2 ? (answer){.a = (uint32_t)(system_clock.tsc_hz / 1000)} : nothing;
    case 5:
        return (answer){.b = subleaf ? 0
                                     : PAGE_SHIFT + 64 - (uint32_t)__builtin_clzll(frame_table_frames - 1)};
    default: return nothing;
    }
}

answer cpuid_policy(const struct vcpu *v, uint32_t leaf, uint32_t subleaf)
{
    if (leaf <= CPUID_BASIC_LAST)
        return basic_leaf(v, leaf, subleaf);
    if (leaf >= XEN_CPUID_FIRST_LEAF && leaf <= XEN_CPUID_FIRST_LEAF + XEN_CPUID_MAX_NUM_LEAVES)
        return xen_leaf(leaf, subleaf);
    if (leaf >= CPUID_EXTENDED_FIRST)
        return extended_leaf(leaf);
    return nothing;
}
