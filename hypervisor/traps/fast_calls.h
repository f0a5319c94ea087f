// SPDX-License-Identifier: MIT
/*
 * SYSENTER and SYSCALL of a 32-bit guest. The processor's own paths are off (design, rule 5): SYSENTER raises #GP, or #UD
 * on AMD's, SYSCALL #UD. The guest's callback is entered as the reference would from the real instruction.
 */
#ifndef RINGLET_TRAPS_FAST_CALLS_H
#define RINGLET_TRAPS_FAST_CALLS_H

#include "traps/emulation.h"

emulator emulate_sysenter, emulate_syscall;

#endif
