// SPDX-License-Identifier: MIT
#include "machine/acpi.h"

#include "machine/direct_map.h"

#define BELOW_4G 0x100000000ull
#define BIOS_AREA_START 0xe0000u
#define BIOS_AREA_END 0x100000u
#define EBDA_SEGMENT 0x40eu /* BIOS data area: segment of the extended BIOS data area */
#define TABLE_MAX 0x100000u /* a longer table is a broken one */

struct acpi_info acpi_info = {.local_apic = 0xfee00000, .io_apic = 0xfec00000};

struct rsdp {
    char signature[8];
    uint8_t checksum;
    char oem[6];
    uint8_t revision;
    uint32_t rsdt;
} __attribute__((packed));

struct table {
    char signature[4];
    uint32_t length;
    uint8_t revision, checksum;
    char oem[22];
    uint32_t creator_revision;
    uint8_t body[];
} __attribute__((packed));
_Static_assert(sizeof(struct table) == 36, "ACPI table header");

/* Fields of the FADT, by offset. */
enum {
    FADT_DSDT = 40,
    FADT_PM1A_CONTROL = 64,
    FADT_PM1B_CONTROL = 68,
    FADT_PM_TIMER = 76,
    FADT_FLAGS = 112,
    FADT_RESET_REGISTER = 116, /* generic address: space, width, offset, size, 64-bit address */
    FADT_RESET_VALUE = 128,
};
#define FADT_RESET_SUPPORTED (1u << 10)
#define SPACE_IO 1

enum { MADT_PROCESSOR = 0, MADT_IO_APIC = 1, MADT_OVERRIDE = 2, MADT_LOCAL_APIC_ADDRESS = 5 };

static uint32_t read32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static uint64_t read64(const uint8_t *p)
{
    return read32(p) | (uint64_t)read32(p + 4) << 32;
}

static bool sums_to_zero(const uint8_t *p, uint32_t n)
{
    uint8_t sum = 0;

    while (n--)
        sum += *p++;
    return sum == 0;
}

static bool text_is(const char *at, const char *text, size_t n)
{
    return __builtin_memcmp(at, text, n) == 0;
}

static const struct rsdp *rsdp_in(uint64_t start, uint64_t end)
{
    for (uint64_t a = start; a + sizeof(struct rsdp) <= end; a += 16) {
        const struct rsdp *r = physical_map(a);

        if (text_is(r->signature, "RSD PTR ", 8) && sums_to_zero((const uint8_t *)r, sizeof(*r)))
            return r;
    }
    return NULL;
}

/* A table that lies below 4 GiB and is whole, or NULL. */
static const struct table *table_at(uint64_t address)
{
    const struct table *t = physical_map(address);

    if (address == 0 || address > BELOW_4G - TABLE_MAX || t->length < sizeof(*t) || t->length > TABLE_MAX ||
        !sums_to_zero((const uint8_t *)t, t->length))
        return NULL;
    return t;
}

/* NameOp, "_S5_", PackageOp, package length, element count, then two integers: ACPI 6.4, sections 7.4.2 and 20.2. */
static void find_sleep_package(const struct table *dsdt)
{
    const uint8_t *end = (const uint8_t *)dsdt + dsdt->length;
    uint8_t values[2];

    for (const uint8_t *p = dsdt->body; p + 16 < end; p++) {
        if (!text_is((const char *)p, "_S5_", 4) || p[4] != 0x12)
            continue;
        const uint8_t *q = p + 5;
        q += (*q >> 6) + 2; /* the length's own bytes, and the count */
        for (unsigned i = 0; i < 2; i++) {
            bool prefixed = *q == 0x0a; /* BytePrefix; without it ZeroOp and OneOp are their own values */
            values[i] = q[prefixed];
            q += 1 + prefixed;
        }
        acpi_info.sleep_known = true;
        acpi_info.sleep_type_a = values[0] & 7;
        acpi_info.sleep_type_b = values[1] & 7;
        return;
    }
}

static void read_fadt(const struct table *t)
{
    const uint8_t *p = (const uint8_t *)t;
    const struct table *dsdt;

    if (t->length < FADT_PM_TIMER + 4)
        return;
    acpi_info.pm1a_control = (uint16_t)read32(p + FADT_PM1A_CONTROL);
    acpi_info.pm1b_control = (uint16_t)read32(p + FADT_PM1B_CONTROL);
    acpi_info.pm_timer_port = (uint16_t)read32(p + FADT_PM_TIMER);
    if (t->length > FADT_RESET_VALUE && (read32(p + FADT_FLAGS) & FADT_RESET_SUPPORTED) &&
        p[FADT_RESET_REGISTER] == SPACE_IO) {
        acpi_info.reset_known = true;
        acpi_info.reset_port = (uint16_t)read32(p + FADT_RESET_REGISTER + 4);
        acpi_info.reset_value = p[FADT_RESET_VALUE];
    }
    dsdt = table_at(read32(p + FADT_DSDT));
    if (dsdt)
        find_sleep_package(dsdt);
}

static void read_madt_entry(const uint8_t *e)
{
    switch (e[0]) {
    case MADT_PROCESSOR:
        acpi_info.processors += read32(e + 4) & 1;
        acpi_info.processor_ids[e[3]] = e[2];
        break;
    case MADT_IO_APIC:
        if (read32(e + 8) == 0) { /* the one with the ISA interrupts */
            acpi_info.io_apic = read32(e + 4);
            acpi_info.io_apic_first_input = read32(e + 8);
        }
        break;
    case MADT_OVERRIDE:
        if (e[3] < ACPI_ISA_IRQS) {
            acpi_info.isa_irq[e[3]].input = read32(e + 4);
            acpi_info.isa_irq[e[3]].flags = (uint16_t)(e[8] | e[9] << 8);
        }
        break;
    case MADT_LOCAL_APIC_ADDRESS: acpi_info.local_apic = read64(e + 4); break;
    }
}

static void read_madt(const struct table *t)
{
    static const uint8_t needed[] = {8, 12, 10, 2, 2, 12};
    const uint8_t *end = (const uint8_t *)t + t->length;

    acpi_info.local_apic = read32(t->body);
    for (const uint8_t *e = t->body + 8; e + 2 <= end && e[1] >= 2 && e + e[1] <= end; e += e[1])
        if (e[0] >= ARRAY_SIZE(needed) || e[1] >= needed[e[0]])
            read_madt_entry(e);
}

static void read_hpet(const struct table *t)
{
    if (t->length >= 52 && t->body[4] == 0) /* base address, in memory space */
        acpi_info.hpet = read64(t->body + 8);
}

static void read_table(const struct table *t)
{
    if (text_is(t->signature, "FACP", 4))
        read_fadt(t);
    else if (text_is(t->signature, "APIC", 4) && t->length >= sizeof(*t) + 8)
        read_madt(t);
    else if (text_is(t->signature, "HPET", 4))
        read_hpet(t);
}

void acpi_scan(void)
{
    uint64_t ebda = (uint64_t) * (const uint16_t *)physical_map(EBDA_SEGMENT) << 4;
    const struct rsdp *r = rsdp_in(ebda, ebda + 1024);
    const struct table *rsdt;

    for (unsigned i = 0; i < ACPI_ISA_IRQS; i++)
        acpi_info.isa_irq[i].input = i;
    if (!r)
        r = rsdp_in(BIOS_AREA_START, BIOS_AREA_END);
    rsdt = r ? table_at(r->rsdt) : NULL;
    if (!rsdt)
        return;
    acpi_info.found = true;
    for (uint32_t at = 0; at + 4 <= rsdt->length - sizeof(*rsdt); at += 4) {
        const struct table *t = table_at(read32(rsdt->body + at));

        if (t)
            read_table(t);
    }
}
