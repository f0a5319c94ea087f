// SPDX-License-Identifier: MIT
/* The hypervisor's console as the initial domain uses it. */
#ifndef RINGLET_EVENTS_CONSOLE_H
#define RINGLET_EVENTS_CONSOLE_H

#include <stdbool.h>

/* The exit path's answer to WORK_CONSOLE: takes what the serial port received and sends VIRQ_CONSOLE. */
void console_input_arrived(void);
/* Something was typed that nobody has read. */
bool console_input_waits(void);

#endif
