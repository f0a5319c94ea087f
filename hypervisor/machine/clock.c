// SPDX-License-Identifier: MIT
#include "machine/clock.h"

#include "core/log.h"
#include "machine/acpi.h"
#include "machine/apic.h"

#define PM_TIMER_HZ 3579545u
#define PM_TIMER_MASK 0xffffffu /* the low 24 bits exist everywhere */
#define PIT_HZ 1193182u
#define PIT_CHANNEL_0 0x40
#define PIT_COMMAND 0x43
#define PIT_LATCH_0 0x00
#define PIT_MODE_0 0x30 /* channel 0, both bytes, counts down once */
#define PIT_TRIES 100000

#define MEASURE_MS 10u
#define APIC_TICKS_MAX 0xffffffffu
#define WAKE_MAX_NS NS_PER_SECOND

struct clock system_clock;

static struct time_scale apic_scale; /* from ns to APIC timer ticks */

#define TRIES 16

/* What the clocks showed at one instant. */
struct reading {
    uint64_t tsc;
    uint32_t apic;
    uint32_t pm_timer;
};

static struct reading reading_now(void)
{
    return (struct reading){.tsc = tsc_read(), .apic = apic_timer_left()};
}

/* Of several tries the one that took least time: the others were interrupted by the machine beneath. */
static struct reading pm_timer_reading(void)
{
    struct reading best = {0};
    uint64_t shortest = UINT64_MAX;

    for (unsigned i = 0; i < TRIES; i++) {
        struct reading r = reading_now();
        uint64_t took;

        r.pm_timer = port_read32(acpi_info.pm_timer_port) & PM_TIMER_MASK;
        took = tsc_read() - r.tsc;
        if (took < shortest) {
            shortest = took;
            best = r;
        }
    }
    return best;
}

/* A port without a PM timer behind it does not count. */
static bool pm_timer_works(void)
{
    uint32_t first;

    if (!acpi_info.pm_timer_port)
        return false;
    first = port_read32(acpi_info.pm_timer_port);
    for (unsigned i = 0; i < 10000; i++)
        if (port_read32(acpi_info.pm_timer_port) != first)
            return true;
    return false;
}

/* Nanoseconds between the two readings. */
static uint64_t measure_by_pm_timer(struct reading *from, struct reading *to)
{
    uint32_t wanted = PM_TIMER_HZ * MEASURE_MS / 1000;

    *from = pm_timer_reading();
    while (((port_read32(acpi_info.pm_timer_port) - from->pm_timer) & PM_TIMER_MASK) < wanted)
        cpu_relax();
    *to = pm_timer_reading();
    return ((to->pm_timer - from->pm_timer) & PM_TIMER_MASK) * NS_PER_SECOND / PM_TIMER_HZ;
}

/* Channel 0 counts down; its interrupt is masked and nobody else uses it. Intel 8254 data sheet. */
static uint16_t pit_count(void)
{
    uint8_t low;

    port_write8(PIT_COMMAND, PIT_LATCH_0);
    low = port_read8(PIT_CHANNEL_0);
    return (uint16_t)(low | port_read8(PIT_CHANNEL_0) << 8);
}

/* 0 when there is no PIT that counts. */
static uint64_t measure_by_pit(struct reading *from, struct reading *to)
{
    uint16_t start, ticks = 0, wanted = PIT_HZ * MEASURE_MS / 1000;

    port_write8(PIT_COMMAND, PIT_MODE_0);
    port_write8(PIT_CHANNEL_0, 0xff);
    port_write8(PIT_CHANNEL_0, 0xff);
    start = pit_count();
    *from = reading_now();
    for (unsigned tries = 0; ticks < wanted; tries++) {
        ticks = (uint16_t)(start - pit_count());
        if (tries > PIT_TRIES && ticks == 0)
            return 0;
    }
    *to = reading_now();
    return ticks * NS_PER_SECOND / PIT_HZ;
}

void clock_init(void)
{
    struct reading from, to;
    uint64_t ns, apic_hz;
    bool pm_timer = pm_timer_works();

    apic_timer_start(APIC_TICKS_MAX);
    ns = pm_timer ? measure_by_pm_timer(&from, &to) : measure_by_pit(&from, &to);
    apic_timer_start(0);
    if (ns == 0)
        panic("neither an ACPI PM timer nor a PIT counts: there is nothing to measure time by");
    system_clock.tsc_hz = (to.tsc - from.tsc) * NS_PER_SECOND / ns;
    apic_hz = (uint64_t)(from.apic - to.apic) * NS_PER_SECOND / ns;
    if (system_clock.tsc_hz < 1000000 || apic_hz < 1000000)
        panic("no usable clock: TSC %lu Hz, APIC timer %lu Hz", system_clock.tsc_hz, apic_hz);
    system_clock.scale = time_scale_of(system_clock.tsc_hz);
    system_clock.tsc_at_boot = to.tsc;
    apic_scale = time_scale_inverse(apic_hz);
    log_line(LOG_DEBUG, "TSC %lu kHz, APIC timer %lu kHz, by the %s", system_clock.tsc_hz / 1000,
             apic_hz / 1000, pm_timer ? "PM timer" : "PIT");
}

void clock_wake_at(uint64_t due)
{
    uint64_t now = clock_now(), ns = due > now ? due - now : 0;
    uint64_t ticks = time_scale_ns(apic_scale, MIN(ns, WAKE_MAX_NS));

    apic_timer_start(ticks >= APIC_TICKS_MAX ? APIC_TICKS_MAX : (uint32_t)ticks + 1);
}

void clock_wake_never(void)
{
    apic_timer_start(0);
}
