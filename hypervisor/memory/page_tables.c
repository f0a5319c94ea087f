// SPDX-License-Identifier: MIT
#include "memory/page_tables.h"

#include "core/errno.h"
#include "core/log.h"
#include "core/why.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "memory/frame_write.h"
#include "memory/l1_table.h"
#include "memory/l2_table.h"
#include "memory/l3_table.h"
#include "memory/pte.h"

const struct table_kind *table_kinds[TYPE_COUNT] = {
    [TYPE_L1] = &l1_table_kind,
    [TYPE_L2] = &l2_table_kind,
    [TYPE_L2_SHARED] = &l2_shared_table_kind,
    [TYPE_L3] = &l3_table_kind,
};

static void (*address_space_changed)(struct vcpu *v);

void guest_table_on_change(void (*call)(struct vcpu *v))
{
    address_space_changed = call;
}

int page_table_pin(struct domain *d, mfn_t m, enum frame_type level)
{
    int error;

    if (unlikely(d->dying)) /* nobody would undo it */
        return refuse(-EINVAL, REASON_frame_dying_owner, 0, d->id, m.raw);
    error = frame_hold(m, d, level);
    if (error)
        return error;
    if (frame_pin(frame_of(m)))
        return 0;
    frame_release(m);
    return refuse(-EINVAL, REASON_frame_pinned_already, 0, type_of(type_read(frame_of(m))), m.raw);
}

int page_table_unpin(struct domain *d, mfn_t m)
{
    struct frame *f = frame_get(m, d);

    if (!f)
        return frame_refuse(m, d, -EINVAL);
    if (!frame_unpin(f)) {
        frame_put(f);
        return refuse(-EINVAL, REASON_frame_not_pinned, 0, 0, m.raw);
    }
    frame_release(m);
    frame_put(f);
    return 0;
}

/* The root of a 32-bit guest is what slot 0 of the vCPU's own L4 leads to. */
static void root_install(struct vcpu *v, uint64_t entry)
{
    pte_write(v->l4, frame_map(v->l4), entry);
    if (this_cpu()->current == v)
        address_space_load(v);
}

int guest_table_set(struct vcpu *v, mfn_t m)
{
    mfn_t old = v->guest_table;
    int error;

    if (!mfn_equal(old, m)) {
        error = frame_hold(m, v->domain, TYPE_L3);
        if (error)
            return error;
    }
    v->guest_table = m;
    root_install(v, pte_make(m, PTE_P | PTE_RW | PTE_U | PTE_A));
    if (address_space_changed)
        address_space_changed(v);
    if (!mfn_equal(old, m) && !mfn_equal(old, MFN_NONE))
        frame_release(old);
    return 0;
}

void guest_table_drop(struct vcpu *v)
{
    mfn_t old = v->guest_table;

    if (mfn_equal(old, MFN_NONE))
        return;
    v->guest_table = MFN_NONE;
    root_install(v, 0);
    frame_release(old);
}
