// SPDX-License-Identifier: MIT
/* MSRs, CPUID, the time-stamp counter, XCR0. */
#ifndef RINGLET_TRAPS_EMULATE_SYSTEM_H
#define RINGLET_TRAPS_EMULATE_SYSTEM_H

#include "traps/emulation.h"

emulator emulate_rdmsr, emulate_wrmsr, emulate_cpuid, emulate_rdtsc;
/* 0F 01: RDTSCP and XSETBV of all those that share it. */
emulator emulate_group7;

#endif
