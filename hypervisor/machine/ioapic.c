// SPDX-License-Identifier: MIT
#include "machine/ioapic.h"

#include "machine/cpu.h"
#include "machine/device_map.h"

#define REGISTER_SELECT 0
#define REGISTER_WINDOW 4 /* in 32-bit words: offset 0x10 */

enum { IOAPIC_VERSION = 1, IOAPIC_REDIRECTION = 0x10 };

#define REDIRECTION_MASKED (1u << 16)
#define REDIRECTION_LEVEL (1u << 15)
#define REDIRECTION_ACTIVE_LOW (1u << 13)

/* MADT flags, ACPI 6.4, table 5.26. */
#define MPS_POLARITY 0x3
#define MPS_POLARITY_LOW 0x3
#define MPS_TRIGGER 0xc
#define MPS_TRIGGER_LEVEL 0xc

static volatile uint32_t *registers;
static unsigned inputs;

static uint32_t ioapic_read(unsigned r)
{
    registers[REGISTER_SELECT] = r;
    return registers[REGISTER_WINDOW];
}

static void ioapic_write(unsigned r, uint32_t value)
{
    registers[REGISTER_SELECT] = r;
    registers[REGISTER_WINDOW] = value;
}

bool ioapic_init(uint64_t base)
{
    registers = device_map(base, PAGE_SIZE);
    if (!registers)
        return false;
    inputs = ((ioapic_read(IOAPIC_VERSION) >> 16) & 0xff) + 1;
    for (unsigned i = 0; i < inputs; i++)
        ioapic_write(IOAPIC_REDIRECTION + 2 * i, REDIRECTION_MASKED);
    return true;
}

void ioapic_route(unsigned input, uint8_t vector, uint32_t destination_apic_id, uint16_t flags)
{
    uint32_t low = vector;

    if (!registers || input >= inputs)
        return;
    if ((flags & MPS_POLARITY) == MPS_POLARITY_LOW)
        low |= REDIRECTION_ACTIVE_LOW;
    if ((flags & MPS_TRIGGER) == MPS_TRIGGER_LEVEL)
        low |= REDIRECTION_LEVEL;
    ioapic_write(IOAPIC_REDIRECTION + 2 * input + 1, destination_apic_id << 24);
    ioapic_write(IOAPIC_REDIRECTION + 2 * input, low);
}

void ioapic_mask(unsigned input, bool masked)
{
    uint32_t low = ioapic_read(IOAPIC_REDIRECTION + 2 * input);

    ioapic_write(IOAPIC_REDIRECTION + 2 * input,
                 masked ? low | REDIRECTION_MASKED : low & ~REDIRECTION_MASKED);
}

unsigned ioapic_inputs(void)
{
    return inputs;
}

/* Intel 8259A data sheet. Remapped first: even a masked controller may raise its spurious seventh input. */
void legacy_pic_disable(void)
{
    static const struct {
        uint16_t port;
        uint8_t value;
    } sequence[] = {
        {0x20, 0x11}, {0xa0, 0x11}, /* ICW1: edge triggered, cascade, ICW4 follows */
        {0x21, 0x20}, {0xa1, 0x28}, /* ICW2: vectors 0x20 to 0x2f */
        {0x21, 0x04}, {0xa1, 0x02}, /* ICW3: the second one hangs at input 2 */
        {0x21, 0x01}, {0xa1, 0x01}, /* ICW4: 8086 mode */
        {0x21, 0xff}, {0xa1, 0xff}, /* OCW1: all masked */
    };

    for (size_t i = 0; i < ARRAY_SIZE(sequence); i++)
        port_write8(sequence[i].port, sequence[i].value);
}
