// SPDX-License-Identifier: MIT
#include "machine/power.h"

#include "machine/acpi.h"
#include "machine/cpu.h"
#include "machine/log_control.h"

/* PM1 control register, ACPI 6.4, table 4.16. */
#define PM1_SCI_ENABLE 0x0001u
#define PM1_SLEEP_TYPE_SHIFT 10
#define PM1_SLEEP_TYPE_MASK 0x1c00u
#define PM1_SLEEP_ENABLE 0x2000u

static void enter_sleep(uint16_t port, uint8_t type)
{
    uint16_t value;

    if (!port)
        return;
    value = (uint16_t)((port_read16(port) & ~PM1_SLEEP_TYPE_MASK) | PM1_SCI_ENABLE |
                       (unsigned)type << PM1_SLEEP_TYPE_SHIFT);
    port_write16(port, value);
    port_write16(port, (uint16_t)(value | PM1_SLEEP_ENABLE));
}

_Noreturn void power_off(void)
{
    if (acpi_info.sleep_known) {
        enter_sleep(acpi_info.pm1a_control, acpi_info.sleep_type_a);
        enter_sleep(acpi_info.pm1b_control, acpi_info.sleep_type_b);
        for (unsigned i = 0; i < 1000000; i++)
            cpu_relax();
    }
    log_line(LOG_ERROR, "this machine has no ACPI power-off; halted. It is safe to switch it off.");
    machine_stop();
}

_Noreturn void power_reset(void)
{
    if (acpi_info.reset_known)
        port_write8(acpi_info.reset_port, acpi_info.reset_value);
    machine_reset();
}
