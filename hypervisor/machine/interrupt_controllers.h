// SPDX-License-Identifier: MIT
/*
 * The two device interrupts ring 0 takes: this processor's timer and the serial port. They only note work for the exit
 * path (cpu.pending). Guests have no way to the controllers: their frames are never granted, their ports denied.
 */
#ifndef RINGLET_MACHINE_INTERRUPT_CONTROLLERS_H
#define RINGLET_MACHINE_INTERRUPT_CONTROLLERS_H

/*
 * Silences the PC's old controllers, starts the local and the I/O APIC and the clock. After acpi_scan(); needs the
 * log. Stops the machine without a local APIC.
 */
void interrupt_controllers_init(void);
/* Serial input raises WORK_CONSOLE from here on. */
void interrupt_controllers_enable_serial(void);
/* This input of the I/O APIC is the serial port's. */
_Bool interrupt_line_is_ours(unsigned input);

#endif
