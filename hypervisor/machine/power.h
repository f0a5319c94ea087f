// SPDX-License-Identifier: MIT
/* The ends of the machine that need ACPI: power-off and an orderly reset. */
#ifndef RINGLET_MACHINE_POWER_H
#define RINGLET_MACHINE_POWER_H

/* Sleep state S5. Where the firmware offers none, says so and halts. */
_Noreturn void power_off(void);
/* The ACPI reset register where there is one, then the PC's older ways. */
_Noreturn void power_reset(void);

#endif
