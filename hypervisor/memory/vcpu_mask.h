// SPDX-License-Identifier: MIT
/* Which vCPUs a flush is for: a bitmap in the guest's memory, in words of the guest's width. */
#ifndef RINGLET_MEMORY_VCPU_MASK_H
#define RINGLET_MEMORY_VCPU_MASK_H

#include "core/domain.h"

#define VCPU_MASK_ALL (~0ull)

/* 0, or -EFAULT (recorded as `error`, which is returned). Bits of vCPUs that do not exist are ignored. */
int vcpu_mask_read(const struct domain *d, uint64_t address, uint64_t *mask, int error);

#endif
