// SPDX-License-Identifier: MIT
/*
 * Saving and loading x87, SSE and AVX state (Intel SDM volume 1, chapters 10 and 13). The forms without REX.W keep the
 * selectors of x87 instruction and data pointers, which is what 32-bit guests have. CR0.TS must be clear.
 */
#ifndef RINGLET_MACHINE_FPU_H
#define RINGLET_MACHINE_FPU_H

#include "core/types.h"

static inline void xcr0_write(uint64_t value)
{
    __asm__ volatile("xsetbv" : : "c"(0), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

/* The image is 64-byte aligned and large enough for every component in `components`. */
static inline void fpu_xsave(void *image, uint64_t components)
{
    __asm__ volatile("xsave (%0)"
                     :
                     : "r"(image), "a"((uint32_t)components), "d"((uint32_t)(components >> 32))
                     : "memory");
}

static inline void fpu_fxsave(void *image)
{
    __asm__ volatile("fxsave (%0)" : : "r"(image) : "memory");
}

/* Some processors load x87's last-instruction pointers only with a pending exception: empty them first. */
static inline void fpu_forget_pointers(void)
{
    __asm__ volatile("fninit");
}

/* False when the processor refuses the image. */
static inline bool fpu_xrstor(const void *image, uint64_t components)
{
    uint32_t failed = 0;

    fpu_forget_pointers();
    __asm__ volatile("1: xrstor (%1)\n"
                     "2:\n"
                     ".section .fixup, \"ax\"\n"
                     "3: mov $1, %0\n"
                     "   jmp 2b\n"
                     ".previous\n"
                     ".section .ex_table, \"a\"\n"
                     ".long 1b - ., 3b - .\n"
                     ".previous\n"
                     : "+r"(failed)
                     : "r"(image), "a"((uint32_t)components), "d"((uint32_t)(components >> 32))
                     : "memory");
    return !failed;
}

static inline bool fpu_fxrstor(const void *image)
{
    uint32_t failed = 0;

    fpu_forget_pointers();
    __asm__ volatile("1: fxrstor (%1)\n"
                     "2:\n"
                     ".section .fixup, \"ax\"\n"
                     "3: mov $1, %0\n"
                     "   jmp 2b\n"
                     ".previous\n"
                     ".section .ex_table, \"a\"\n"
                     ".long 1b - ., 3b - .\n"
                     ".previous\n"
                     : "+r"(failed)
                     : "r"(image)
                     : "memory");
    return !failed;
}

#endif
