// SPDX-License-Identifier: MIT
/* What a guest learns from CPUID, through the forced-emulation prefix or where the processor lets CPUID be caught. */
#ifndef RINGLET_TRAPS_CPUID_POLICY_H
#define RINGLET_TRAPS_CPUID_POLICY_H

#include "core/domain.h"
#include "machine/cpu.h"

/* The answer to `leaf` and `subleaf` for v. */
struct cpuid_result cpuid_policy(const struct vcpu *v, uint32_t leaf, uint32_t subleaf);

#endif
