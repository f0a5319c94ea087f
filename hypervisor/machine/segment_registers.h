// SPDX-License-Identifier: MIT
/*
 * The guest's data selectors. 64-bit code in ring 0 takes no base or limit from them, so they stay in the processor while
 * ring 0 runs and change only with the vCPU. A load of what a guest chose may fault; then the null selector is loaded.
 */
#ifndef RINGLET_MACHINE_SEGMENT_REGISTERS_H
#define RINGLET_MACHINE_SEGMENT_REGISTERS_H

#include "core/types.h"

#define DEFINE_SEGMENT_REGISTER(name)                                                                        \
    static inline uint16_t segment_read_##name(void)                                                         \
    {                                                                                                        \
        uint32_t selector;                                                                                   \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(selector));                                            \
        return (uint16_t)selector;                                                                           \
    }                                                                                                        \
    static inline bool segment_load_##name(uint16_t selector)                                                \
    {                                                                                                        \
        uint32_t wanted = selector, failed = 0;                                                              \
        __asm__ volatile("1: mov %1, %%" #name "\n"                                                          \
                         "2:\n"                                                                              \
                         ".section .fixup, \"ax\"\n"                                                         \
                         "3: xor %1, %1\n"                                                                   \
                         "   mov $1, %0\n"                                                                   \
                         "   jmp 1b\n"                                                                       \
                         ".previous\n"                                                                       \
                         ".section .ex_table, \"a\"\n"                                                       \
                         ".long 1b - ., 3b - .\n"                                                            \
                         ".previous\n"                                                                       \
                         : "+r"(failed), "+r"(wanted));                                                      \
        return !failed;                                                                                      \
    }

DEFINE_SEGMENT_REGISTER(ds)
DEFINE_SEGMENT_REGISTER(es)
DEFINE_SEGMENT_REGISTER(fs)
DEFINE_SEGMENT_REGISTER(gs)

#endif
