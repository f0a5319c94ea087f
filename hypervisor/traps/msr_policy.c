// SPDX-License-Identifier: MIT
/*
 * Kernels read a few MSRs without asking CPUID first; those answer with what a plain machine without the feature would
 * say. Nothing a guest writes reaches the processor.
 */
#include "traps/msr_policy.h"

#include "core/why.h"
#include "machine/cpu.h"
#include "memory/frame_write.h"
#include "memory/page_types.h"
#include "traps/hypercall_page.h"

#define PAT_OF_THE_ABI 0x0000050100070406ull
#define EFER_SHOWN (EFER_SCE | EFER_NXE) /* long mode is not a 32-bit guest's business */
#define APIC_BASE_SHOWN 0xfee00800ull    /* at its place, enabled */
#define APIC_BASE_BOOT_CPU 0x100ull
#define MISC_ENABLE_SHOWN 0x00801801ull /* fast strings; no branch trace, no PEBS */

enum write_rule {
    NEVER,  /* #GP */
    SAME,   /* only the value it has; anything else is #GP */
    IGNORE, /* taken and forgotten */
};

struct known_msr {
    uint32_t first, last;
    uint64_t value;
    enum write_rule write;
};

/* In order of their numbers. */
static const struct known_msr known[] = {
    {0x000, 0x001, 0, NEVER},                  /* machine check address and type, of old */
    {0x08b, 0x08b, 0, NEVER},                  /* microcode revision */
    {0x0ce, 0x0ce, 0, NEVER},                  /* platform information */
    {0x140, 0x140, 0, SAME},                   /* features enabled: none that the guest chose */
    {0x179, 0x179, 2, IGNORE},                 /* machine check: two banks, no control register */
    {0x17a, 0x17b, 0, IGNORE},                 /* their status and control */
    {0x1a0, 0x1a0, MISC_ENABLE_SHOWN, IGNORE}, /* IA32_MISC_ENABLE */
    {0x277, 0x277, PAT_OF_THE_ABI, NEVER},     /* IA32_PAT */
    {0x280, 0x29f, 0, NEVER},                  /* machine check: CMCI */
    {0x345, 0x345, 0, NEVER},                  /* performance capabilities */
    {0x400, 0x400, ~0ull, IGNORE},             /* bank 0: all errors enabled, none pending */
    {0x401, 0x403, 0, SAME},
    {0x404, 0x404, ~0ull, IGNORE}, /* bank 1 */
    {0x405, 0x47f, 0, SAME},
    {MSR_HYPERCALL_PAGE, MSR_HYPERCALL_PAGE, 0, NEVER},
    {MSR_EFER, MSR_EFER, EFER_SHOWN, SAME},
    {0xc0010000, 0xc0010007, 0, NEVER},  /* AMD: performance counters */
    {0xc0010010, 0xc0010010, 0, NEVER},  /* AMD: system configuration */
    {0xc0010015, 0xc0010015, 0, IGNORE}, /* AMD: hardware configuration */
    {0xc001001f, 0xc001001f, 0, SAME},   /* AMD: north bridge configuration */
    {0xc0011029, 0xc0011029, 2, SAME},   /* AMD: LFENCE serializes */
};

static const struct known_msr *find(uint32_t msr)
{
    const struct known_msr *low = known, *beyond = known + ARRAY_SIZE(known);

    while (low < beyond) {
        const struct known_msr *middle = low + (beyond - low) / 2;

        if (msr > middle->last)
            low = middle + 1;
        else if (msr < middle->first)
            beyond = middle;
        else
            return middle;
    }
    return NULL;
}

bool msr_policy_read(struct vcpu *v, uint32_t msr, uint64_t *value)
{
    const struct known_msr *k;

    if (msr == MSR_TSC) {
        *value = tsc_read();
        return true;
    }
    if (msr == MSR_APIC_BASE) {
        *value = APIC_BASE_SHOWN | (v->id == 0 ? APIC_BASE_BOOT_CPU : 0);
        return true;
    }
    k = find(msr);
    if (!k) {
        refuse(-EPERM, REASON_msr_read, 0, msr, 0);
        return false;
    }
    *value = k->value;
    return true;
}

/* The frame must be one the guest could write itself; its low bits choose among the pages, of which there is one. */
static bool hypercall_page_write(struct vcpu *v, uint64_t value)
{
    mfn_t m = mfn(value >> PAGE_SHIFT);

    if ((value & (PAGE_SIZE - 1)) || frame_hold(m, v->domain, TYPE_WRITABLE))
        return false;
    hypercall_page_fill(frame_map(m));
    frame_written(m);
    frame_release(m);
    return true;
}

bool msr_policy_write(struct vcpu *v, uint32_t msr, uint64_t value)
{
    const struct known_msr *k = find(msr);

    if (msr == MSR_HYPERCALL_PAGE && hypercall_page_write(v, value))
        return true;
    if (k && (k->write == IGNORE || (k->write == SAME && value == k->value)))
        return true;
    refuse(-EPERM, REASON_msr_write, msr, value, 0);
    return false;
}
