// SPDX-License-Identifier: MIT
#include "memory/frame.h"

#include "core/log.h"
#include "core/why.h"
#include "memory/m2p.h"
#include "memory/type_word.h"

int frame_refuse(mfn_t m, const struct domain *d, int error)
{
    struct frame *f = frame_of(m);

    if (m.raw >= frame_table_frames || f->owner == OWNER_DEVICE)
        return refuse(error, REASON_frame_invalid, 0, 0, m.raw);
    if (f->owner == OWNER_HYPERVISOR)
        return refuse(error, REASON_frame_hypervisor, 0, 0, m.raw);
    if (f->owner == OWNER_NONE || f->refs == 0)
        return refuse(error, REASON_frame_free, 0, 0, m.raw);
    if (f->owner == d->id)
        return refuse(error, REASON_frame_reference_overflow, 0, f->refs, m.raw);
    return refuse(error, REASON_frame_foreign, d->id, f->owner, m.raw);
}

void frame_share(mfn_t m, struct domain *d, bool writable)
{
    struct frame *f = frame_of(m);

    INVARIANT(f->owner == OWNER_HYPERVISOR && f->refs == 1);
    f->type = type_word(writable ? TYPE_WRITABLE : TYPE_NONE, 1) | TYPE_VALIDATED;
    f->flags |= FRAME_SHARED;
    __atomic_store_n(&f->owner, d->id, __ATOMIC_RELEASE);
    __atomic_add_fetch(&d->xen_pages, 1, __ATOMIC_RELAXED);
}

bool frame_unshare(mfn_t m)
{
    struct frame *f = frame_of(m);
    struct domain *d = domain_find(f->owner);
    uint32_t one = 1;

    INVARIANT(f->flags & FRAME_SHARED);
    /* With the count at 0 nobody can take a new reference while the owner changes. */
    if (!__atomic_compare_exchange_n(&f->refs, &one, 0, false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        return false;
    f->type = 0;
    m2p_set(m, M2P_NONE);
    f->flags &= (uint8_t)~FRAME_SHARED;
    f->owner = OWNER_HYPERVISOR;
    __atomic_store_n(&f->refs, 1, __ATOMIC_RELEASE);
    if (d)
        __atomic_sub_fetch(&d->xen_pages, 1, __ATOMIC_RELAXED);
    return true;
}
