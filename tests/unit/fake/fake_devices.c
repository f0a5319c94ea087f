// SPDX-License-Identifier: MIT
/* Devices' interrupts without devices: what was routed and masked last is kept for tests to look at. */
#include "fake_machine.h"

#include "domain/domain.h"
#include "events/event_channels.h"
#include "machine/acpi.h"
#include "machine/apic.h"
#include "machine/interrupt_controllers.h"
#include "machine/interrupts.h"
#include "machine/ioapic.h"
#include "machine/msix.h"
#include "machine/pci.h"

#define WEAK __attribute__((weak))

struct fake_interrupts fake_interrupts;
WEAK struct acpi_info acpi_info;

WEAK void interrupt_register(unsigned vector, interrupt_handler *handler)
{
    fake_interrupts.handler = handler;
    fake_interrupts.vector = vector;
}

WEAK void apic_end_of_interrupt(void)
{
    fake_interrupts.ended++;
}

WEAK _Bool interrupt_line_is_ours(unsigned input)
{
    return input == 4;
}

WEAK void ioapic_route(unsigned input, uint8_t vector, uint32_t destination_apic_id, uint16_t flags)
{
    (void)destination_apic_id;
    (void)vector;
    fake_interrupts.flags = flags;
    fake_interrupts.masked[input] = false;
}

WEAK void ioapic_mask(unsigned input, bool masked)
{
    fake_interrupts.masked[input] = masked;
}

WEAK unsigned ioapic_inputs(void)
{
    return 24;
}

WEAK bool msix_route(uint32_t function, unsigned entry, uint8_t vector)
{
    (void)vector;
    fake_interrupts.message_masked = true;
    return function && entry < 4;
}

WEAK void msix_mask(uint32_t function, unsigned entry, bool masked)
{
    (void)function;
    (void)entry;
    fake_interrupts.message_masked = masked;
}

WEAK bool pci_function_exists(uint32_t function)
{
    return function != 0;
}

/* The scheduler's: an interrupt wakes whoever waits for it. */
WEAK void vcpu_wake(struct vcpu *v)
{
    poll_end(v);
    v->blocked &= ~(uint32_t)VCPU_BLOCKED;
}
