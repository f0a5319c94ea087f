// SPDX-License-Identifier: MIT
/* The I/O APIC. Intel 82093AA data sheet. */
#ifndef RINGLET_MACHINE_IOAPIC_H
#define RINGLET_MACHINE_IOAPIC_H

#include "core/types.h"

/* Masks every input. base: physical address of the registers. False when they cannot be mapped. */
bool ioapic_init(uint64_t base);
/* Sends `input` (counted from this I/O APIC's first) to `vector` of one processor. flags: MADT polarity and trigger. */
void ioapic_route(unsigned input, uint8_t vector, uint32_t destination_apic_id, uint16_t flags);
void ioapic_mask(unsigned input, bool masked);
unsigned ioapic_inputs(void);
/* Keeps the interrupt controllers of the PC from raising anything. */
void legacy_pic_disable(void);

#endif
