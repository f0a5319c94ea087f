// SPDX-License-Identifier: MIT
#include "config_space.h"

#include <guestkit/stubs.h>

#define ADDRESS_PORT 0xcf8u
#define DATA_PORT 0xcfcu

static void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

int config_space_init(void)
{
    physdev_set_iopl_t op = {.iopl = 1};

    return physdev_op_set_iopl(&op);
}

static void select_word(const struct config_pci *device, unsigned offset)
{
    out32(ADDRESS_PORT, 1u << 31 | (uint32_t)device->bus << 16 | (uint32_t)device->slot << 11 |
                            (uint32_t)device->function << 8 | (offset & 0xfc));
}

static uint32_t mask_of(unsigned size)
{
    return size == 4 ? 0xffffffff : (1u << 8 * size) - 1;
}

uint32_t config_space_read(const struct config_pci *device, unsigned offset, unsigned size)
{
    select_word(device, offset);
    return in32(DATA_PORT) >> 8 * (offset & 3) & mask_of(size);
}

/* Part of a word is written with what the rest of it was: but the status register's bits would be cleared by that. */
void config_space_write(const struct config_pci *device, unsigned offset, unsigned size, uint32_t value)
{
    unsigned shift = 8 * (offset & 3);
    uint32_t word;

    select_word(device, offset);
    word = in32(DATA_PORT);
    if ((offset & 0xfc) == 4)
        word &= 0xffff;
    out32(DATA_PORT, (word & ~(mask_of(size) << shift)) | (value & mask_of(size)) << shift);
}
