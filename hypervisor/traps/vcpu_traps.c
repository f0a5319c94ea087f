// SPDX-License-Identifier: MIT
#include "traps/vcpu_traps.h"

#include "memory/frame_alloc.h"
#include "traps/control_registers.h"
#include "traps/cpuid_features.h"
#include "traps/debug_registers.h"
#include "traps/descriptor_tables.h"
#include "traps/fpu.h"
#include "traps/inject.h"

_Static_assert(256 * sizeof(struct trap_entry) == PAGE_SIZE, "a trap table is one frame");

void traps_start(void)
{
    descriptor_tables_start();
    processor_features_read();
    cpuid_make_fault();
    fpu_start();
}

bool vcpu_traps_init(struct vcpu *v)
{
    mfn_t table = frame_alloc(0, 0);

    if (mfn_equal(table, MFN_NONE))
        return false;
    if (!fpu_init(v)) {
        frame_free(table, 0);
        return false;
    }
    v->traps = frame_map(table);
    gdt_drop(v);
    control_registers_init(v);
    debug_init(v);
    return true;
}

void vcpu_traps_free(struct vcpu *v)
{
    ldt_unmap(v);
    gdt_drop(v);
    fpu_free(v);
    frame_free(frame_unmap(v->traps), 0);
    v->traps = NULL;
}
