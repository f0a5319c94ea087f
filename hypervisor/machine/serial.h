// SPDX-License-Identifier: MIT
/* The first serial port (16550A at 0x3F8), ring 0's only console. */
#ifndef RINGLET_MACHINE_SERIAL_H
#define RINGLET_MACHINE_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

#define SERIAL_PORT 0x3f8
#define SERIAL_PORTS 8u
#define SERIAL_IRQ 4

/* 8 data bits, no parity, 1 stop bit. baud: 115200 divided by a whole number. */
void serial_init(unsigned baud);
/* Waits until all bytes are with the port. A newline goes out as CR LF. */
void serial_write(const char *bytes, size_t n);
/* True and a byte when one has arrived. */
bool serial_read(char *byte);
/* Received bytes raise SERIAL_IRQ from here on. */
void serial_enable_interrupt(void);

#endif
