// SPDX-License-Identifier: MIT
#include "machine/interrupt_controllers.h"

#include "core/log.h"
#include "machine/acpi.h"
#include "machine/apic.h"
#include "machine/clock.h"
#include "machine/interrupts.h"
#include "machine/ioapic.h"
#include "machine/percpu.h"
#include "machine/serial.h"

static void timer_interrupt(unsigned vector)
{
    this_cpu()->pending |= WORK_TIMER;
    apic_end_of_interrupt();
}

static void serial_interrupt(unsigned vector)
{
    this_cpu()->pending |= WORK_CONSOLE;
    apic_end_of_interrupt();
}

/* Nothing is in service then, so nothing may be acknowledged: Intel SDM volume 3, section 11.9. */
static void spurious_interrupt(unsigned vector)
{
}

void interrupt_controllers_init(void)
{
    legacy_pic_disable();
    if (!apic_init(acpi_info.local_apic))
        panic("this processor has no local APIC that can be used");
    this_cpu()->apic_id = apic_id();
    if (!ioapic_init(acpi_info.io_apic))
        panic("the I/O APIC's registers cannot be mapped");
    interrupt_register(VECTOR_TIMER, timer_interrupt);
    interrupt_register(VECTOR_SERIAL, serial_interrupt);
    interrupt_register(VECTOR_SPURIOUS, spurious_interrupt);
    clock_init();
}

static unsigned serial_input(void)
{
    return acpi_info.found ? acpi_info.isa_irq[SERIAL_IRQ].input - acpi_info.io_apic_first_input : SERIAL_IRQ;
}

_Bool interrupt_line_is_ours(unsigned input)
{
    return input == serial_input();
}

void interrupt_controllers_enable_serial(void)
{
    ioapic_route(serial_input(), VECTOR_SERIAL, this_cpu()->apic_id, acpi_info.isa_irq[SERIAL_IRQ].flags);
    serial_enable_interrupt();
}
