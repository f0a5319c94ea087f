// SPDX-License-Identifier: MIT
/* The fake machine's x87, SSE and AVX registers are one image. */
#ifndef RINGLET_FAKE_FPU_H
#define RINGLET_FAKE_FPU_H

#include <string.h>

#include "core/types.h"

#define FAKE_FPU_IMAGE 832u

extern uint8_t fake_fpu_registers[FAKE_FPU_IMAGE];
extern uint64_t fake_xcr0;
extern bool fake_fpu_refuses; /* the next load faults */

static inline void xcr0_write(uint64_t value)
{
    fake_xcr0 = value;
}

static inline void fpu_xsave(void *image, uint64_t components)
{
    memcpy(image, fake_fpu_registers, FAKE_FPU_IMAGE);
}

static inline void fpu_fxsave(void *image)
{
    memcpy(image, fake_fpu_registers, 512);
}

static inline bool fpu_fxrstor(const void *image)
{
    if (fake_fpu_refuses) {
        fake_fpu_refuses = false;
        return false;
    }
    memcpy(fake_fpu_registers, image, 512);
    return true;
}

static inline bool fpu_xrstor(const void *image, uint64_t components)
{
    if (fake_fpu_refuses)
        return fpu_fxrstor(image);
    memcpy(fake_fpu_registers, image, FAKE_FPU_IMAGE);
    return true;
}

#endif
