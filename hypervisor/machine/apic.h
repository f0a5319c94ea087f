// SPDX-License-Identifier: MIT
/*
 * This processor's local APIC: acknowledging interrupts and its one-shot timer. Intel SDM volume 3, chapter 11. No
 * guest can reach the registers: their frame is not RAM and is never granted.
 */
#ifndef RINGLET_MACHINE_APIC_H
#define RINGLET_MACHINE_APIC_H

#include "core/types.h"

/* Vectors of device interrupts. Guests cannot raise them: their gates have DPL 0. */
#define VECTOR_TIMER 0xf0
#define VECTOR_SERIAL 0xe0
#define VECTOR_SPURIOUS 0xff

/* False where the processor has no local APIC or none is mapped. */
bool apic_init(uint64_t base);
uint32_t apic_id(void);
void apic_end_of_interrupt(void);

/* One interrupt on VECTOR_TIMER after `ticks` of the timer's clock; 0 stops it. */
void apic_timer_start(uint32_t ticks);
uint32_t apic_timer_left(void);

#endif
