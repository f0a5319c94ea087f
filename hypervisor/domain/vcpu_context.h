// SPDX-License-Identifier: MIT
/* The state a new vCPU starts from. */
#ifndef RINGLET_DOMAIN_VCPU_CONTEXT_H
#define RINGLET_DOMAIN_VCPU_CONTEXT_H

#include "core/domain.h"

/*
 * VCPUOP_initialise: arg is a vcpu_guest_context. 0; -EFAULT; -EEXIST: has a state already; -EINVAL: its tables or
 * pages cannot be used; -ERESTART: page tables are being validated, call again. Nothing is changed unless it is 0.
 */
int vcpu_initialise(struct vcpu *v, gva_t arg);

#endif
