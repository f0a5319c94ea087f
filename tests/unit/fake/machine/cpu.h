// SPDX-License-Identifier: MIT
/* Privileged instructions on the fake machine: they act on variables a test may set and read. */
#ifndef RINGLET_FAKE_CPU_H
#define RINGLET_FAKE_CPU_H

#include "core/types.h"

#define CR0_MP (1u << 1)
#define CR0_EM (1u << 2)
#define CR0_TS (1u << 3)
#define CR0_NE (1u << 5)
#define CR0_WP (1u << 16)
#define CR0_PG (1u << 31)
#define CR4_TSD (1u << 2)
#define CR4_DE (1u << 3)
#define CR4_PAE (1u << 5)
#define CR4_PGE (1u << 7)
#define CR4_OSFXSR (1u << 9)
#define CR4_OSXMMEXCPT (1u << 10)
#define CR4_UMIP (1u << 11)
#define CR4_OSXSAVE (1u << 18)

#define MSR_TSC 0x10
#define MSR_PLATFORM_INFO 0xce
#define MSR_FEATURES_ENABLE 0x140
#define MSR_HARDWARE_CONFIGURATION 0xc0010015
#define MSR_APIC_BASE 0x1b
#define MSR_SYSENTER_CS 0x174
#define MSR_PAT 0x277
#define MSR_EFER 0xc0000080
#define MSR_STAR 0xc0000081
#define MSR_LSTAR 0xc0000082
#define MSR_CSTAR 0xc0000083
#define MSR_FMASK 0xc0000084
#define MSR_FS_BASE 0xc0000100
#define MSR_GS_BASE 0xc0000101
#define EFER_SCE (1u << 0)
#define EFER_LME (1u << 8)
#define EFER_LMA (1u << 10)
#define EFER_NXE (1u << 11)

struct cpuid_result {
    uint32_t a, b, c, d;
};

#define FAKE_MSRS 32u

struct fake_processor {
    uint64_t cr0, cr2, cr3, cr4, tsc, debug[8];
    struct {
        uint32_t number;
        uint64_t value;
    } msrs[FAKE_MSRS];
    struct cpuid_result (*cpuid)(uint32_t leaf, uint32_t subleaf); /* NULL: all zero */
    uint32_t (*port_read)(uint16_t port, unsigned bytes);          /* NULL: all ones */
    void (*port_write)(uint16_t port, unsigned bytes, uint32_t value);
    unsigned page_flushes, cache_flushes, windows;
    unsigned ldt_entries;  /* ldt_load()'s last */
    uint64_t page_flushed; /* the last address */
};

extern struct fake_processor fake_processor;

uint64_t *fake_msr(uint32_t number);

static inline struct cpuid_result cpuid(uint32_t leaf, uint32_t subleaf)
{
    return fake_processor.cpuid ? fake_processor.cpuid(leaf, subleaf) : (struct cpuid_result){0, 0, 0, 0};
}

static inline uint64_t msr_read(uint32_t msr)
{
    return *fake_msr(msr);
}

static inline bool msr_read_if_there(uint32_t msr, uint64_t *value)
{
    *value = *fake_msr(msr);
    return true;
}

static inline void msr_write(uint32_t msr, uint64_t value)
{
    *fake_msr(msr) = value;
}

#define FAKE_CONTROL(n)                                                                                      \
    static inline uint64_t cr##n##_read(void)                                                                \
    {                                                                                                        \
        return fake_processor.cr##n;                                                                         \
    }                                                                                                        \
    static inline void cr##n##_write(uint64_t v)                                                             \
    {                                                                                                        \
        fake_processor.cr##n = v;                                                                            \
    }

FAKE_CONTROL(0)
FAKE_CONTROL(2)
FAKE_CONTROL(3)
FAKE_CONTROL(4)

static inline void cr0_clear_ts(void)
{
    fake_processor.cr0 &= ~(uint64_t)CR0_TS;
}

static inline void tlb_flush_page(uint64_t address)
{
    fake_processor.page_flushes++;
    fake_processor.page_flushed = address;
}

static inline void cache_flush(void)
{
    fake_processor.cache_flushes++;
}

static inline uint64_t tsc_read(void)
{
    return fake_processor.tsc;
}

static inline void cpu_relax(void)
{
}

static inline void interrupts_window(void)
{
    fake_processor.windows++;
}

static inline void interrupts_wait(void)
{
    fake_processor.windows++;
}

#define FAKE_PORT(bits)                                                                                      \
    static inline uint##bits##_t port_read##bits(uint16_t port)                                              \
    {                                                                                                        \
        return (uint##bits##_t)(fake_processor.port_read ? fake_processor.port_read(port, (bits) / 8)        \
                                                         : ~0u);                                             \
    }                                                                                                        \
    static inline void port_write##bits(uint16_t port, uint##bits##_t v)                                     \
    {                                                                                                        \
        if (fake_processor.port_write)                                                                       \
            fake_processor.port_write(port, (bits) / 8, v);                                                  \
    }

FAKE_PORT(8)
FAKE_PORT(16)
FAKE_PORT(32)

static inline uint64_t debug_read(unsigned n)
{
    return fake_processor.debug[n];
}

static inline void debug_write(unsigned n, uint64_t v)
{
    fake_processor.debug[n] = v;
}

#endif
