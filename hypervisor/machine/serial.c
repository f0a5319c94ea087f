// SPDX-License-Identifier: MIT
#include "machine/serial.h"

#include "machine/cpu.h"

/* Register offsets, National PC16550D data sheet, table I. */
enum {
    DATA = 0,
    INTERRUPT_ENABLE = 1,
    FIFO_CONTROL = 2,
    LINE_CONTROL = 3,
    MODEM_CONTROL = 4,
    LINE_STATUS = 5
};

#define LINE_DATA_READY 0x01
#define LINE_TRANSMITTER_EMPTY 0x20
#define FIFO_DEPTH 16
#define WAIT_TRIES 1000000 /* a second at least; a FIFO at 1,200 baud takes an eighth of one */

void serial_init(unsigned baud)
{
    unsigned divisor = 115200 / (baud ? baud : 115200);

    port_write8(SERIAL_PORT + INTERRUPT_ENABLE, 0);
    port_write8(SERIAL_PORT + LINE_CONTROL, 0x80); /* divisor latch */
    port_write8(SERIAL_PORT + DATA, (uint8_t)divisor);
    port_write8(SERIAL_PORT + INTERRUPT_ENABLE, (uint8_t)(divisor >> 8));
    port_write8(SERIAL_PORT + LINE_CONTROL, 0x03);
    port_write8(SERIAL_PORT + FIFO_CONTROL,
                0x05); /* on, interrupt at one byte; what was typed so far stays */
    port_write8(SERIAL_PORT + MODEM_CONTROL, 0x0b); /* DTR, RTS, OUT2: interrupts reach the IO-APIC */
}

static void transmit(char byte, unsigned *room)
{
    if (*room == 0) {
        /* A port that has gone, or been covered by another device, is not waited for: rather lose what it says. */
        for (unsigned i = 0; !(port_read8(SERIAL_PORT + LINE_STATUS) & LINE_TRANSMITTER_EMPTY); i++) {
            if (i == WAIT_TRIES)
                return;
            cpu_relax();
        }
        *room = FIFO_DEPTH;
    }
    port_write8(SERIAL_PORT + DATA, (uint8_t)byte);
    --*room;
}

void serial_write(const char *bytes, size_t n)
{
    unsigned room = 0;

    for (size_t i = 0; i < n; i++) {
        if (bytes[i] == '\n')
            transmit('\r', &room);
        transmit(bytes[i], &room);
    }
}

bool serial_read(char *byte)
{
    if (!(port_read8(SERIAL_PORT + LINE_STATUS) & LINE_DATA_READY))
        return false;
    *byte = (char)port_read8(SERIAL_PORT + DATA);
    return true;
}

void serial_enable_interrupt(void)
{
    port_write8(SERIAL_PORT + INTERRUPT_ENABLE, 0x01);
}
