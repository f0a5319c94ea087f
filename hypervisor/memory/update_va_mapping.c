// SPDX-License-Identifier: MIT
/* HYPERVISOR_update_va_mapping: one L1 entry, found by the linear address it translates, and a flush. */
#include <abi/xen.h>

#include "core/errno.h"
#include "core/why.h"
#include "machine/cpu.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "memory/guest_walk.h"
#include "memory/hypercalls.h"
#include "memory/l1_table.h"
#include "memory/page_owner.h"
#include "memory/page_types.h"
#include "memory/vcpu_mask.h"

static int RARE refuse_address(uint64_t address)
{
    if (address >= GUEST32_LIMIT)
        return refuse(-EINVAL, REASON_va_hypervisor, GUEST32_LIMIT, address, 0);
    return refuse(-EINVAL, REASON_va_not_mapped, 0, address, 0);
}

/* What covers the address is no L1: a linear table shows an L2 there, or another vCPU changed the tables. */
static int RARE refuse_table(mfn_t table)
{
    return refuse(-EINVAL, REASON_ptr_not_a_table, TYPE_L1, type_of(type_read(frame_of(table))), table.raw);
}

static int HOT update(struct vcpu *v, uint64_t address, uint64_t value, struct domain *owner)
{
    struct l1_place place;
    int error;

    if (unlikely(!guest_walk(v, address, &place)))
        return refuse_address(address);
    if (unlikely(!table_lock(frame_of(place.table), v->domain)))
        return refuse_table(place.table);
    error = l1_entry_update(place.table, place.slot, value, 0, v->domain, owner);
    table_unlock(frame_of(place.table));
    return error;
}

/* The flush of many vCPUs, or of those in a bitmap at the address that the flags carry. */
static int RARE flush_vcpus(struct vcpu *v, uint64_t address, uint64_t flags)
{
    uint64_t where = flags & ~(uint64_t)UVMF_FLUSHTYPE_MASK, mask = VCPU_MASK_ALL;
    unsigned kind = flags & UVMF_FLUSHTYPE_MASK;
    int error = 0;

    if (kind == UVMF_NONE || kind == UVMF_FLUSHTYPE_MASK)
        return 0;
    if (where != UVMF_ALL)
        error = vcpu_mask_read(v->domain, where, &mask, -EFAULT);
    if (error)
        return error;
    if (kind == UVMF_TLB_FLUSH)
        tlb_flush_vcpus(v->domain, mask);
    else
        tlb_flush_vcpus_page(v->domain, mask, address);
    return 0;
}

static int flush(struct vcpu *v, uint64_t address, uint64_t flags)
{
    if (likely(flags == (UVMF_INVLPG | UVMF_LOCAL)))
        tlb_flush_page(address);
    else if (flags == (UVMF_TLB_FLUSH | UVMF_LOCAL))
        tlb_flush_local();
    else if (flags != UVMF_NONE)
        return flush_vcpus(v, address, flags);
    return 0;
}

long HOT hypercall32_update_va_mapping(uint64_t address, uint64_t low, uint64_t high, uint64_t flags)
{
    struct vcpu *v = current_vcpu();
    int error = update(v, address, high << 32 | (uint32_t)low, v->domain);

    return likely(!error) ? flush(v, address, flags) : error;
}

long hypercall32_update_va_mapping_otherdomain(uint64_t address, uint64_t low, uint64_t high, uint64_t flags,
                                               uint64_t domid)
{
    struct vcpu *v = current_vcpu();
    struct domain *owner = page_owner_find(v->domain, (uint16_t)domid);
    int error = owner ? page_owner_check(v->domain, owner) : -ESRCH;

    if (!error)
        error = update(v, address, high << 32 | (uint32_t)low, owner);
    return error ? error : flush(v, address, flags);
}
