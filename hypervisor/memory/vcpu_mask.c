// SPDX-License-Identifier: MIT
#include "memory/vcpu_mask.h"

#include "core/errno.h"
#include "core/why.h"
#include "machine/user_copy.h"

_Static_assert(ARRAY_SIZE(((struct domain *)0)->vcpus) <= 32, "one 32-bit word has a bit for each vCPU");

int vcpu_mask_read(const struct domain *d, uint64_t address, uint64_t *mask, int error)
{
    uint32_t word;

    if (guest_get32(&word, gva(address)))
        return refuse(error, REASON_vcpu_mask_unreadable, 0, address, 0);
    *mask = d->vcpu_count >= 32 ? word : word & ((1ull << d->vcpu_count) - 1);
    return 0;
}
