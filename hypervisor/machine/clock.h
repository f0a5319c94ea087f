// SPDX-License-Identifier: MIT
/*
 * System time: nanoseconds since boot, from the TSC, and the one interrupt that wakes this processor at a given time.
 * The TSC is taken to run evenly and alike on all processors.
 */
#ifndef RINGLET_MACHINE_CLOCK_H
#define RINGLET_MACHINE_CLOCK_H

#include "core/time_scale.h"
#include "core/types.h"
#include "machine/cpu.h"

struct clock {
    uint64_t tsc_at_boot; /* system time is 0 at this count */
    struct time_scale scale;
    uint64_t tsc_hz;
};

extern struct clock system_clock;

/* Measures TSC and APIC timer against the ACPI PM timer, or else the PIT: about 10 ms. After acpi_scan(), apic_init(). */
void clock_init(void);

static inline uint64_t clock_now(void)
{
    return time_scale_ns(system_clock.scale, tsc_read() - system_clock.tsc_at_boot);
}

/* Raises VECTOR_TIMER on this processor at system time `due`, or earlier when it is far away: look again then. */
void clock_wake_at(uint64_t due);
void clock_wake_never(void);

#endif
