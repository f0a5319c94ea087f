// SPDX-License-Identifier: MIT
/* Parts of the fake processor that traps/ works on. */
#include "domain/domain.h"
#include "machine/clock.h"
#include "machine/cpu.h"
#include "machine/descriptor_tables.h"
#include "machine/fpu.h"
#include "machine/segment_registers.h"

uint8_t fake_fpu_registers[FAKE_FPU_IMAGE];
uint64_t fake_xcr0;
bool fake_fpu_refuses;
struct fake_selectors fake_selectors;
struct clock system_clock = {.tsc_hz = 1000000000};

void ldt_load(unsigned entries)
{
    fake_processor.ldt_entries = entries;
}

/* Only where a test does not have the real scheduler. */
__attribute__((weak)) void vcpu_block(struct vcpu *v)
{
    v->blocked |= VCPU_BLOCKED;
}
