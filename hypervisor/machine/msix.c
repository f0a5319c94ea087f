// SPDX-License-Identifier: MIT
#include "machine/msix.h"

#include "machine/device_map.h"
#include "machine/pci.h"
#include "machine/percpu.h"

#define TABLES_MAX 32u
#define MESSAGE_ADDRESS 0xfee00000u /* Intel SDM volume 3, section 11.11.1: the APIC id above bit 12 */

/* One entry of a table. */
struct entry {
    uint32_t address_low, address_high, data, control;
};
#define CONTROL_MASKED 1u

struct table {
    uint32_t function;
    unsigned entries;
    volatile struct entry *entry;
};
static struct table tables[TABLES_MAX];
static unsigned table_count;

static struct table *table_find(uint32_t function)
{
    struct msix_place place;

    for (unsigned i = 0; i < table_count; i++)
        if (tables[i].function == function)
            return &tables[i];
    if (table_count == TABLES_MAX || !pci_msix_place(function, &place))
        return NULL;
    tables[table_count] = (struct table){function, place.entries,
                                         device_map(place.address, place.entries * sizeof(struct entry))};
    return tables[table_count].entry ? &tables[table_count++] : NULL;
}

bool msix_route(uint32_t function, unsigned entry, uint8_t vector)
{
    struct table *t = table_find(function);

    if (!t || entry >= t->entries || !pci_msix_enable(function))
        return false;
    t->entry[entry].control = CONTROL_MASKED;
    t->entry[entry].address_low = MESSAGE_ADDRESS | this_cpu()->apic_id << 12;
    t->entry[entry].address_high = 0;
    t->entry[entry].data = vector;
    return true;
}

void msix_mask(uint32_t function, unsigned entry, bool masked)
{
    struct table *t = table_find(function);

    if (t && entry < t->entries)
        t->entry[entry].control = masked ? CONTROL_MASKED : 0;
}
