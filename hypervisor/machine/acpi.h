// SPDX-License-Identifier: MIT
/*
 * The few facts ring 0 takes from the firmware's ACPI tables: where the interrupt controllers and timers are, how COM1's
 * interrupt is wired, and how to power off. ACPI 6.4, chapters 4 and 5. No AML is run: the sleep package is found by
 * its fixed encoding.
 */
#ifndef RINGLET_MACHINE_ACPI_H
#define RINGLET_MACHINE_ACPI_H

#include "core/types.h"

#define ACPI_ISA_IRQS 16

struct acpi_info {
    bool found;          /* tables are there; otherwise everything below has the PC's usual values */
    uint64_t local_apic; /* physical addresses; hpet is 0 without one */
    uint64_t io_apic;
    uint64_t hpet;
    uint32_t io_apic_first_input;
    struct {
        uint32_t input; /* global system interrupt */
        uint16_t flags; /* polarity and trigger, table 5.26 */
    } isa_irq[ACPI_ISA_IRQS];
    uint16_t pm_timer_port;              /* 0: none */
    uint16_t pm1a_control, pm1b_control; /* ports; 0: none */
    bool sleep_known;                    /* \_S5 was found */
    uint8_t sleep_type_a, sleep_type_b;
    bool reset_known; /* the reset register, an I/O port */
    uint16_t reset_port;
    uint8_t reset_value;
    unsigned processors;        /* usable ones in the MADT */
    uint8_t processor_ids[256]; /* the firmware's numbers for them, by APIC id */
};

extern struct acpi_info acpi_info;

/*
 * Reads the tables. Only while the first 4 GiB are mapped whole by boot/start.S: the tables may lie in memory that the
 * exact direct map leaves out. Tables above 4 GiB are not looked at.
 */
void acpi_scan(void);

static inline uint8_t acpi_processor_id(uint32_t apic_id)
{
    return acpi_info.processor_ids[apic_id & 0xff];
}

#endif
