// SPDX-License-Identifier: MIT
#include "fake_tables.h"

#include <stdlib.h>
#include <string.h>

struct ringlet_audit fake_audit;

unsigned fake_differences(void)
{
    memory_audit(fake_domain_list(), NULL, &fake_audit);
    return fake_audit.differences;
}

mfn_t fake_frame(struct domain *d)
{
    mfn_t m = frame_alloc_for(d, 0, 0);

    if (mfn_equal(m, MFN_NONE))
        abort();
    memset(frame_map(m), 0, PAGE_SIZE);
    return m;
}

void fake_entry_set(mfn_t table, unsigned index, uint64_t entry)
{
    ((uint64_t *)frame_map(table))[index] = entry;
}

uint64_t fake_entry(mfn_t table, unsigned index)
{
    return ((uint64_t *)frame_map(table))[index];
}

struct fake_tables fake_tables(struct domain *d)
{
    struct fake_tables t = {.root = fake_frame(d), .l1 = fake_frame(d), .data = fake_frame(d)};

    for (unsigned i = 0; i < 4; i++) {
        t.l2[i] = fake_frame(d);
        fake_entry_set(t.root, i, pte_make(t.l2[i], PTE_P));
    }
    fake_entry_set(t.l2[0], 0, pte_make(t.l1, PTE_P | PTE_RW | PTE_A));
    fake_entry_set(t.l1, 0, pte_make(t.data, PTE_P | PTE_RW | PTE_A | PTE_D));
    return t;
}

struct fake_tables fake_tables_running(struct domain *d)
{
    struct fake_tables t = fake_tables(d);

    if (page_table_pin(d, t.root, TYPE_L3) || guest_table_set(d->vcpus[0], t.root))
        abort();
    fake_run(d->vcpus[0]);
    return t;
}
