// SPDX-License-Identifier: MIT
/*
 * x87, SSE and AVX state, kept apart for each vCPU and switched with it, always: leaving it for the first use would
 * let one vCPU's values be read speculatively by another. CR0.TS is therefore the guest's alone.
 */
#ifndef RINGLET_TRAPS_FPU_H
#define RINGLET_TRAPS_FPU_H

#include "core/domain.h"

#define FXSAVE_SIZE 512u

/* Start: asks the processor which bits of MXCSR it has. CR0.TS is clear. */
void fpu_start(void);

/* A vCPU's state as after FNINIT, with XCR0 as x87 and SSE. False without memory. */
bool fpu_init(struct vcpu *v);
void fpu_free(struct vcpu *v);

/* The processor's registers to v, and back. CR0.TS is clear. */
void fpu_save(struct vcpu *v);
void fpu_load(struct vcpu *v);

/* Replaces the x87 and SSE part of a vCPU that does not run by an FXSAVE image of the guest's making. */
void fpu_set_image(struct vcpu *v, const uint8_t image[FXSAVE_SIZE]);

void fpu_get_image(const struct vcpu *v, uint8_t image[FXSAVE_SIZE]);

uint32_t fpu_xcr0(const struct vcpu *v);
/* XSETBV of v, which is current; false when the value is not one it may have. */
bool fpu_set_xcr0(struct vcpu *v, uint64_t value);

#endif
