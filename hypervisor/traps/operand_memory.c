// SPDX-License-Identifier: MIT
#include "traps/operand_memory.h"

#include "machine/user_copy.h"
#include "memory/guest_walk.h"
#include "memory/pte.h"

/* One byte. */
static bool may(const struct vcpu *v, bool user, uint32_t address, bool write)
{
    uint64_t needed = PTE_P | (write ? PTE_RW : 0);

    return user ? guest_user_may(v, address, write) : (guest_l1_entry(v, address) & needed) == needed;
}

/* All of it, which lies on two pages at most. */
static bool user_may_all(const struct vcpu *v, uint32_t address, unsigned n, bool write)
{
    return guest_user_may(v, address, write) && guest_user_may(v, address + n - 1, write);
}

static bool fail(const struct vcpu *v, bool user, uint32_t address, unsigned n, bool write,
                 struct operand_fault *f)
{
    f->address = may(v, user, address, write) ? (address + n - 1) & (uint32_t)PAGE_MASK : address;
    f->error_code = (guest_l1_entry(v, f->address) & PTE_P ? PF_PRESENT : 0) | (write ? PF_WRITE : 0);
    return false;
}

bool operand_read(const struct vcpu *v, bool user, void *to, uint32_t address, unsigned n,
                  struct operand_fault *f)
{
    if ((user && !user_may_all(v, address, n, false)) || copy_from_guest(to, gva(address), n))
        return fail(v, user, address, n, false, f);
    return true;
}

bool operand_write(const struct vcpu *v, bool user, uint32_t address, const void *from, unsigned n,
                   struct operand_fault *f)
{
    if ((user && !user_may_all(v, address, n, true)) || copy_to_guest(gva(address), from, n))
        return fail(v, user, address, n, true, f);
    return true;
}
