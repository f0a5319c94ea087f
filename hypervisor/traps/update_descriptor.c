// SPDX-License-Identifier: MIT
#include "core/why.h"
#include "machine/percpu.h"
#include "memory/frame_write.h"
#include "memory/page_types.h"
#include "traps/descriptors.h"
#include "traps/hypercalls.h"

/*
 * Writes one validated descriptor: to a descriptor page in use, or to any page the domain could write itself. The type
 * held meanwhile keeps the frame from becoming a page table under the write.
 */
static int RARE refuse_page(struct frame *f, enum frame_type held)
{
    if (held != TYPE_NONE)
        frame_put_type(f);
    frame_put(f);
    return refuse(-EINVAL, REASON_descriptor_not_in_page, 0, type_of(type_read(f)), frame_number(f).raw);
}

static long descriptor_write(struct domain *d, uint64_t address, uint64_t descriptor)
{
    mfn_t m = mfn(address >> PAGE_SHIFT);
    struct frame *f = frame_get(m, d);
    enum frame_type type;

    if (!f)
        return frame_refuse(m, d, -EINVAL);
    type = frame_hold_table(f);
    if (unlikely(type == TYPE_NONE) && frame_get_writable(f))
        type = TYPE_WRITABLE;
    if (unlikely(type != TYPE_SEGMENT) && unlikely(type != TYPE_WRITABLE))
        return refuse_page(f, type);
    pte_write(m, (uint64_t *)frame_map(m) + ((address & (PAGE_SIZE - 1)) >> 3), descriptor);
    frame_put_type(f);
    frame_put(f);
    return 0;
}

long hypercall32_update_descriptor(uint64_t address_low, uint64_t address_high, uint64_t descriptor_low,
                                   uint64_t descriptor_high)
{
    struct domain *d = current_vcpu()->domain;
    uint64_t address = (uint32_t)address_low | address_high << 32;
    uint64_t descriptor = (uint32_t)descriptor_low | descriptor_high << 32;

    if (address & 7)
        return refuse(-EINVAL, REASON_descriptor_unaligned, 8, address, 0);
    if (!descriptor_fix_up(d, &descriptor))
        return -EINVAL;
    return descriptor_write(d, address, descriptor);
}
