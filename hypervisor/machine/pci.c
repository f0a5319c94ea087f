// SPDX-License-Identifier: MIT
#include "machine/pci.h"

#include "machine/cpu.h"

#define CONFIG_ADDRESS 0xcf8
#define CONFIG_DATA 0xcfc
#define CONFIG_ENABLE 0x80000000u

#define REG_ID 0x00u
#define REG_COMMAND 0x04u
#define COMMAND_MEMORY 0x2u
#define STATUS_HAS_LIST 0x00100000u /* in the same word */
#define REG_HEADER 0x0cu
#define HEADER_SEVERAL 0x00800000u /* more than one function */
#define HEADER_BRIDGE(w) (((w) >> 16 & 0x7f) == 1)
#define REG_BAR(n) (0x10u + 4 * (n))
#define REG_BAR_END 0x28u
#define REG_BUSES 0x18u /* of a bridge */
#define REG_CAPABILITIES 0x34u
#define CAPABILITY_MSI 0x05u
#define CAPABILITY_MSIX 0x11u
#define CAPABILITIES_MAX 48u /* as many as fit: a list that loops ends */
#define MSI_BYTES 24u
#define MSIX_BYTES 12u
#define BAR_IS_PORT 1u
#define BAR_IS_64_BIT 4u
#define MSIX_ENTRY_BYTES 16u
#define MSIX_ENABLE 0x80000000u /* of the capability's first word */
#define MSIX_ALL_MASKED 0x40000000u
#define FUNCTION_OF(a) ((a)&0x00ffff00u)
#define ADDRESS(bus, slot) (CONFIG_ENABLE | (uint32_t)(bus) << 16 | (uint32_t)(slot) << 8)

#define CHIPSET_Q35 0x29c08086u
#define REG_PCIEXBAR 0x60u

static uint32_t config_read(uint32_t function, unsigned reg)
{
    port_write32(CONFIG_ADDRESS, CONFIG_ENABLE | FUNCTION_OF(function) | reg);
    return port_read32(CONFIG_DATA);
}

static void config_write(uint32_t function, unsigned reg, uint32_t value)
{
    port_write32(CONFIG_ADDRESS, CONFIG_ENABLE | FUNCTION_OF(function) | reg);
    port_write32(CONFIG_DATA, value);
}

/* Register of the function's capability `id`, 0 when it has none. */
static unsigned capability_find(uint32_t function, unsigned id)
{
    unsigned at, left = CAPABILITIES_MAX;

    if (!(config_read(function, REG_COMMAND) & STATUS_HAS_LIST))
        return 0;
    at = config_read(function, REG_CAPABILITIES) & 0xfc;
    while (at >= 0x40 && left-- > 0) {
        uint32_t head = config_read(function, at);

        if ((head & 0xff) == id)
            return at;
        at = head >> 8 & 0xfc;
    }
    return 0;
}

static uint64_t bar_address(uint32_t function, unsigned n)
{
    uint32_t low = config_read(function, REG_BAR(n));

    if (n > 5 || (low & BAR_IS_PORT))
        return 0;
    return (low & ~0xfull) |
           (low & BAR_IS_64_BIT && n < 5 ? (uint64_t)config_read(function, REG_BAR(n + 1)) << 32 : 0);
}

bool pci_function_exists(uint32_t function)
{
    return (config_read(function, REG_ID) & 0xffff) != 0xffff;
}

bool pci_msix_place(uint32_t function, struct msix_place *place)
{
    unsigned msix = capability_find(function, CAPABILITY_MSIX);
    uint32_t where;
    uint64_t bar;

    if (!msix)
        return false;
    where = config_read(function, msix + 4);
    bar = bar_address(function, where & 7);
    *place = (struct msix_place){bar + (where & ~7u), (config_read(function, msix) >> 16 & 0x7ff) + 1};
    return bar;
}

bool pci_msix_enable(uint32_t function)
{
    unsigned msix = capability_find(function, CAPABILITY_MSIX);

    if (!msix || !(config_read(function, REG_COMMAND) & COMMAND_MEMORY))
        return false;
    config_write(function, msix, (config_read(function, msix) | MSIX_ENABLE) & ~MSIX_ALL_MASKED);
    return true;
}

static void function_scan(uint32_t function, void (*found)(uint64_t address, uint64_t bytes))
{
    struct msix_place place;

    if (pci_msix_place(function, &place))
        found(place.address, place.entries * MSIX_ENTRY_BYTES);
}

/* Firmware numbers buses upwards from the host's: the highest one is what any bridge leads to. */
void pci_find_msix_tables(void (*found)(uint64_t address, uint64_t bytes))
{
    unsigned last_bus = 0;

    for (unsigned bus = 0; bus <= last_bus; bus++)
        for (unsigned slot = 0; slot < 256; slot++) {
            uint32_t function = ADDRESS(bus, slot), header;

            if ((config_read(function, REG_ID) & 0xffff) == 0xffff) {
                slot |= slot % 8 == 0 ? 7 : 0; /* no function 0, no device */
                continue;
            }
            header = config_read(function, REG_HEADER);
            if (HEADER_BRIDGE(header))
                last_bus = MAX(last_bus, config_read(function, REG_BUSES) >> 16 & 0xff);
            function_scan(function, found);
            if (slot % 8 == 0 && !(header & HEADER_SEVERAL))
                slot |= 7;
        }
}

/* The PCIEXBAR register of Intel's 3 Series express chipset: bits 2 and 1 say 256, 128 or 64 MiB. */
bool pci_config_memory(uint64_t *address, uint64_t *bytes)
{
    uint32_t low;

    if (config_read(ADDRESS(0, 0), REG_ID) != CHIPSET_Q35)
        return false;
    low = config_read(ADDRESS(0, 0), REG_PCIEXBAR);
    *bytes = 0x10000000ull >> (low >> 1 & 3);
    *address = ((uint64_t)config_read(ADDRESS(0, 0), REG_PCIEXBAR + 4) << 32 | low) & ~(*bytes - 1);
    return low & 1;
}

static bool overlaps(unsigned reg, unsigned bytes, unsigned from, unsigned length)
{
    return from && reg < from + length && from < reg + bytes;
}

bool pci_register_guarded(uint32_t address, unsigned offset, unsigned bytes)
{
    unsigned reg = (address & 0xfc) + offset, msix;

    /* The chipset's register that turns on or moves configuration space as memory. */
    if (FUNCTION_OF(address) == 0 && overlaps(reg, bytes, REG_PCIEXBAR, 8))
        return true;
    if (overlaps(reg, bytes, capability_find(address, CAPABILITY_MSI), MSI_BYTES))
        return true;
    msix = capability_find(address, CAPABILITY_MSIX);
    return msix && (overlaps(reg, bytes, msix, MSIX_BYTES) ||
                    overlaps(reg, bytes, REG_BAR(0), REG_BAR_END - REG_BAR(0)));
}
