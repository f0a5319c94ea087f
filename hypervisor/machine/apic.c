// SPDX-License-Identifier: MIT
#include "machine/apic.h"

#include "machine/cpu.h"
#include "machine/device_map.h"

/* Register offsets, Intel SDM volume 3, table 11-1. */
enum apic_register {
    APIC_ID = 0x20,
    APIC_TASK_PRIORITY = 0x80,
    APIC_EOI = 0xb0,
    APIC_SPURIOUS = 0xf0,
    APIC_LVT_TIMER = 0x320,
    APIC_LVT_LINT0 = 0x350,
    APIC_LVT_LINT1 = 0x360,
    APIC_LVT_ERROR = 0x370,
    APIC_TIMER_INITIAL = 0x380,
    APIC_TIMER_CURRENT = 0x390,
    APIC_TIMER_DIVIDE = 0x3e0,
};

#define LVT_MASKED (1u << 16)
#define SPURIOUS_ENABLE (1u << 8)
#define DIVIDE_BY_1 0xbu
#define APIC_BASE_ENABLE (1u << 11)
#define APIC_BASE_X2APIC (1u << 10)

static volatile uint32_t *registers;

static uint32_t apic_read(enum apic_register r)
{
    return registers[r / 4];
}

static void apic_write(enum apic_register r, uint32_t value)
{
    registers[r / 4] = value;
}

bool apic_init(uint64_t base)
{
    uint64_t msr = msr_read(MSR_APIC_BASE);

    if (!(cpuid(1, 0).d & (1u << 9)) || (msr & APIC_BASE_X2APIC))
        return false;
    msr_write(MSR_APIC_BASE, msr | APIC_BASE_ENABLE);
    registers = device_map(base, PAGE_SIZE);
    if (!registers)
        return false;
    apic_write(APIC_TASK_PRIORITY, 0);
    apic_write(APIC_LVT_LINT0, LVT_MASKED);
    apic_write(APIC_LVT_LINT1, LVT_MASKED);
    apic_write(APIC_LVT_ERROR, LVT_MASKED);
    apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_write(APIC_LVT_TIMER, VECTOR_TIMER);
    apic_write(APIC_SPURIOUS, SPURIOUS_ENABLE | VECTOR_SPURIOUS);
    return true;
}

uint32_t apic_id(void)
{
    return apic_read(APIC_ID) >> 24;
}

void apic_end_of_interrupt(void)
{
    apic_write(APIC_EOI, 0);
}

void apic_timer_start(uint32_t ticks)
{
    apic_write(APIC_TIMER_INITIAL, ticks);
}

uint32_t apic_timer_left(void)
{
    return apic_read(APIC_TIMER_CURRENT);
}
