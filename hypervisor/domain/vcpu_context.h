// SPDX-License-Identifier: MIT
/* The state a new vCPU starts from. */
#ifndef RINGLET_DOMAIN_VCPU_CONTEXT_H
#define RINGLET_DOMAIN_VCPU_CONTEXT_H

#include <abi/arch_x86.h>

#include "core/domain.h"

/*
 * VCPUOP_initialise: arg is a vcpu_guest_context. 0; -EFAULT; -EEXIST: has a state already; -EINVAL: its tables or
 * pages cannot be used; -ERESTART: page tables are being validated, call again. Nothing is changed unless it is 0.
 */
int vcpu_initialise(struct vcpu *v, gva_t arg);

/*
 * The same for a vCPU that does not run, at first or later: then its tables must be those it has, else -EOPNOTSUPP. Its
 * domain's assists are left alone, and so is whether it is down.
 */
int vcpu_context_set(struct vcpu *v, const struct vcpu_guest_context_32 *c);
void vcpu_context_get(struct vcpu *v, struct vcpu_guest_context_32 *c);

#endif
