// SPDX-License-Identifier: MIT
#include "memory/address_space.h"

#include "core/string.h"
#include "machine/boot_tables.h"
#include "memory/frame_alloc.h"
#include "memory/pte.h"

#define TABLE_FLAGS (PTE_P | PTE_RW | PTE_A)
#define LEVELS 4u

_Static_assert(VCPU_MAP_BASE % (1ull << 39) == 0, "the vCPU's slot starts with entry 0 of each level");

static uint64_t *entries(mfn_t table)
{
    return frame_map(table);
}

bool vcpu_address_space_init(struct vcpu *v)
{
    mfn_t tables[LEVELS];

    for (unsigned i = 0; i < LEVELS; i++) {
        tables[i] = frame_alloc(0, 0);
        if (mfn_equal(tables[i], MFN_NONE)) {
            while (i-- > 0)
                frame_free(tables[i], 0);
            return false;
        }
    }
    for (unsigned slot = HYPERVISOR_FIRST_SLOT; slot <= HYPERVISOR_LAST_SLOT; slot++)
        entries(tables[0])[slot] = boot_l4[slot];
    entries(tables[0])[VCPU_MAP_SLOT] = pte_make(tables[1], TABLE_FLAGS);
    entries(tables[1])[0] = pte_make(tables[2], TABLE_FLAGS);
    entries(tables[2])[0] = pte_make(tables[3], TABLE_FLAGS);
    v->l4 = tables[0];
    v->guest_table = MFN_NONE;
    v->descriptor_ptes = frame_map(tables[3]);
    return true;
}

void vcpu_address_space_free(struct vcpu *v)
{
    mfn_t l3 = pte_frame(entries(v->l4)[VCPU_MAP_SLOT]), l2 = pte_frame(entries(l3)[0]);

    frame_free(frame_unmap(v->descriptor_ptes), 0);
    frame_free(l2, 0);
    frame_free(l3, 0);
    frame_free(v->l4, 0);
    v->descriptor_ptes = NULL;
    v->l4 = MFN_NONE;
}
