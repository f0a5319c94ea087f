// SPDX-License-Identifier: MIT
#include "traps/io_ports.h"

#include "core/errno.h"
#include "core/io_permissions.h"
#include "core/why.h"
#include "machine/cpu.h"
#include "machine/pci.h"
#include "machine/user_copy.h"
#include "traps/bounce_frame.h"

#define PORTS 0x10000u
#define CONFIG_ADDRESS 0xcf8u
#define CONFIG_DATA 0xcfcu
#define CONFIG_ENABLE (1u << 31)
#define RTC_INDEX 0x70u
#define RTC_DATA 0x71u

/* Never for direct access, not even by the initial domain (design, rule 13). */
struct port_range {
    uint16_t first, last;
};
static struct port_range reserved[16] = {
    {0x20, 0x21},                   /* interrupt controllers */
    {0xa0, 0xa1},   {0x4d0, 0x4d1}, /* their edge and level control */
    {0x40, 0x43},                   /* interval timer */
    {0x61, 0x61},                   /* NMI status, its gate and speaker */
    {0x70, 0x71},                   /* clock and CMOS: emulated, since two ports make one access */
    {0x92, 0x92},                   /* fast reset and A20 */
    {0xf0, 0xf0},                   /* IGNNE# */
    {0xcf8, 0xcff}, /* PCI configuration: emulated for the initial domain; 0xcf9 resets the machine */
};
static unsigned reserved_count = 9;

/* What a domain wrote to the index ports. One privileged domain has devices so far. */
static uint32_t config_address;
static uint8_t rtc_index;

bool io_privileged(const struct vcpu *v, const struct cpu_regs *regs)
{
    unsigned ring = 3;

    if (in_guest_kernel(regs))
        ring = v->domain->vm_assist & 1u << VMASST_TYPE_architectural_iopl ? 0 : 1;
    return ring <= v->iopl;
}

/* A bit for each port; two bytes are read since an access may straddle them. Bytes not there allow nothing. */
bool io_allowed(const struct vcpu *v, const struct cpu_regs *regs, unsigned port, unsigned bytes)
{
    uint8_t map[2] = {0xff, 0xff};
    gva_t at = gva_add(v->io_bitmap, port / 8);

    if (io_privileged(v, regs))
        return true;
    if (port + bytes > v->io_bitmap_ports)
        return false;
    if (guest_get8(&map[0], at))
        map[0] = 0xff;
    if (guest_get8(&map[1], gva_add(at, 1)))
        map[1] = 0xff;
    return !(((map[0] | map[1] << 8) >> port % 8) & ((1u << bytes) - 1));
}

void io_ports_reserve(unsigned first, unsigned count)
{
    if (reserved_count < ARRAY_SIZE(reserved))
        reserved[reserved_count++] = (struct port_range){(uint16_t)first, (uint16_t)(first + count - 1)};
}

static bool is_reserved(unsigned first, unsigned last)
{
    for (unsigned i = 0; i < reserved_count; i++)
        if (first <= reserved[i].last && last >= reserved[i].first)
            return true;
    return false;
}

bool io_ports_may_be_given(unsigned first, unsigned last)
{
    return last < PORTS && !is_reserved(first, last);
}

/* Ports straight through to the machine. */
static bool is_direct(const struct domain *d, unsigned port, unsigned bytes)
{
    bool has_right = d->privileged || (d->io && ranges_hold(&d->io->ports, port, port + bytes - 1));

    return has_right && io_ports_may_be_given(port, port + bytes - 1);
}

static uint32_t all_ones(unsigned bytes)
{
    return (uint32_t)(~0ull >> (64 - 8 * bytes));
}

static uint32_t direct_read(unsigned port, unsigned bytes)
{
    switch (bytes) {
    case 1: return port_read8((uint16_t)port);
    case 2: return port_read16((uint16_t)port);
    default: return port_read32((uint16_t)port);
    }
}

static void direct_write(unsigned port, unsigned bytes, uint32_t value)
{
    switch (bytes) {
    case 1: port_write8((uint16_t)port, (uint8_t)value); break;
    case 2: port_write16((uint16_t)port, (uint16_t)value); break;
    default: port_write32((uint16_t)port, value);
    }
}

/* An access that one configuration access can answer: within the data port's four bytes, naturally aligned. */
static bool is_config_data(unsigned port, unsigned bytes)
{
    return (port & ~3u) == CONFIG_DATA && port % bytes == 0 && (config_address & CONFIG_ENABLE);
}

static uint32_t reserved_read(const struct domain *d, unsigned port, unsigned bytes)
{
    if (!d->privileged)
        return all_ones(bytes);
    if (port == CONFIG_ADDRESS && bytes == 4)
        return config_address;
    if (is_config_data(port, bytes)) {
        port_write32(CONFIG_ADDRESS, config_address);
        return direct_read(port, bytes);
    }
    if (port == RTC_INDEX && bytes == 1)
        return rtc_index;
    if (port == RTC_DATA && bytes == 1) {
        port_write8(RTC_INDEX, rtc_index & 0x7f); /* bit 7 would mask NMIs */
        return port_read8(RTC_DATA);
    }
    return all_ones(bytes);
}

static void reserved_write(const struct domain *d, unsigned port, unsigned bytes, uint32_t value)
{
    if (!d->privileged)
        return;
    if (port == CONFIG_ADDRESS && bytes == 4) {
        config_address = value;
    } else if (is_config_data(port, bytes)) {
        if (pci_register_guarded(config_address, port & 3, bytes)) {
            refuse(-EPERM, REASON_io_port, bytes, port, config_address);
            return;
        }
        port_write32(CONFIG_ADDRESS, config_address);
        direct_write(port, bytes, value);
    } else if (port == RTC_INDEX && bytes == 1) {
        rtc_index = (uint8_t)value;
    } else if (port == RTC_DATA && bytes == 1) {
        port_write8(RTC_INDEX, rtc_index & 0x7f);
        port_write8(RTC_DATA, (uint8_t)value);
    }
}

uint32_t io_read(struct vcpu *v, unsigned port, unsigned bytes)
{
    if (is_direct(v->domain, port, bytes))
        return direct_read(port, bytes);
    return reserved_read(v->domain, port, bytes);
}

void io_write(struct vcpu *v, unsigned port, unsigned bytes, uint32_t value)
{
    if (is_direct(v->domain, port, bytes))
        direct_write(port, bytes, value);
    else
        reserved_write(v->domain, port, bytes, value);
}
