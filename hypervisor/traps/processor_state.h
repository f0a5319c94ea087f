// SPDX-License-Identifier: MIT
/* What the scheduler switches of this folder's state when a processor goes from one vCPU to another. */
#ifndef RINGLET_TRAPS_PROCESSOR_STATE_H
#define RINGLET_TRAPS_PROCESSOR_STATE_H

#include "core/domain.h"

/* The processor leaves v: x87, SSE and AVX registers are put away. */
void processor_state_save(struct vcpu *v);
/* The processor is v's: those, CR0.TS, CR4 and the debug registers. */
void processor_state_load(struct vcpu *v);

/*
 * One of v's selectors could not be loaded (the guest changed its tables): the guest is told through its failsafe
 * callback, whose frame has all four as they were. v is current, its registers are on this processor's stack.
 */
void selectors_failed(struct vcpu *v, uint16_t ds, uint16_t es, uint16_t fs, uint16_t gs);

#endif
