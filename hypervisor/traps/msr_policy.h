// SPDX-License-Identifier: MIT
/* Which model-specific registers a guest's kernel may read and write. Everything not listed is #GP. */
#ifndef RINGLET_TRAPS_MSR_POLICY_H
#define RINGLET_TRAPS_MSR_POLICY_H

#include "core/domain.h"

/* Writing a frame number to it fills that frame with hypercall stubs; CPUID leaf 0x40000002 names it. */
#define MSR_HYPERCALL_PAGE 0x40000000u

/* False, with the reason recorded, when the register is not the guest's to read or write so. v is current. */
bool msr_policy_read(struct vcpu *v, uint32_t msr, uint64_t *value);
bool msr_policy_write(struct vcpu *v, uint32_t msr, uint64_t value);

#endif
