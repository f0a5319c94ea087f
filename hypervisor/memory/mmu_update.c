// SPDX-License-Identifier: MIT
/*
 * HYPERVISOR_mmu_update: changes to page-table entries, and to the machine-to-physical table. The table
 * that one request works on stays held for the next, which mostly is about the same one.
 */
#include <abi/xen.h>

#include "core/errno.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/frame_write.h"
#include "memory/hypercalls.h"
#include "memory/l1_table.h"
#include "memory/l2_table.h"
#include "memory/l3_table.h"
#include "memory/m2p.h"
#include "memory/mmu_batch.h"
#include "memory/page_owner.h"
#include "memory/page_types.h"
#include "memory/pte.h"

#define GROUP 16u       /* other work is looked for after so many */
#define COMMAND_MASK 7u /* an entry's address is a multiple of 8: the bits below are the command */

/* Whose page tables are changed, and whose frames the entries name. */
struct parties {
    struct domain *tables, *frames;
};

/* The table at hand. `as`: what it is held as, TYPE_NONE when nothing is. An L1 is locked, others are referenced. */
struct table {
    mfn_t frame;
    enum frame_type as;
};

static bool may_act(const struct domain *caller, struct parties p)
{
    return likely(p.tables == caller && p.frames == caller) || caller->privileged;
}

static int RARE refuse_parties(const struct domain *caller, const struct domain *other, uint64_t address)
{
    return refuse(-EPERM, REASON_foreign_mapping_denied, caller->id, other->id, address >> PAGE_SHIFT);
}

/* A table of another level, or writable memory. What has become an L1 just now is neither. */
static enum frame_type RARE hold_other(mfn_t m, struct domain *d)
{
    struct frame *f = frame_get(m, d);
    enum frame_type type;

    if (unlikely(!f)) {
        frame_refuse(m, d, -EINVAL);
        return TYPE_NONE;
    }
    type = frame_hold_table(f);
    if (type != TYPE_NONE && type != TYPE_L1)
        return type;
    if (type == TYPE_L1)
        frame_put_type(f);
    else if (frame_get_writable(f))
        return TYPE_WRITABLE;
    frame_put(f);
    refuse(-EINVAL, REASON_ptr_not_a_table, 0, type_of(type_read(f)), m.raw);
    return TYPE_NONE;
}

/* Holds the frame an entry lies in. TYPE_NONE: refused, -EINVAL. */
static inline enum frame_type hold(mfn_t m, struct domain *d)
{
    if (likely(m.raw < frame_table_frames) && likely(table_lock(frame_of(m), d)))
        return TYPE_L1;
    return hold_other(m, d);
}

static inline void let_go(struct table *held)
{
    if (likely(held->as == TYPE_L1))
        table_unlock(frame_of(held->frame));
    else if (held->as != TYPE_NONE)
        frame_release(held->frame);
    held->as = TYPE_NONE;
}

/* Levels above 1: only of and by one domain. */
static int __attribute__((noinline))
update_upper(struct table t, uint64_t *slot, uint64_t value, uint64_t kept, struct parties p)
{
    if (t.as == TYPE_WRITABLE) {
        pte_write(t.frame, slot, value);
        return 0;
    }
    if (t.as == TYPE_SEGMENT)
        return refuse(-EINVAL, REASON_ptr_not_a_table, 0, TYPE_SEGMENT, t.frame.raw);
    if (p.frames != p.tables)
        return refuse(-EINVAL, REASON_foreign_mapping_denied, p.tables->id, p.frames->id,
                      pte_frame(value).raw);
    if (t.as == TYPE_L3)
        return l3_entry_update(frame_of(t.frame), slot, value, kept, p.tables);
    return l2_entry_update(frame_of(t.frame), slot, value, kept, p.tables);
}

static int HOT update_entry(struct table *held, const struct domain *caller, struct parties p,
                            uint64_t address, uint64_t value, uint64_t kept)
{
    mfn_t m = mfn(address >> PAGE_SHIFT);
    uint64_t *slot = (uint64_t *)frame_map(m) + (address / sizeof(uint64_t)) % ENTRIES_PER_TABLE;

    if (unlikely(held->as == TYPE_NONE || !mfn_equal(m, held->frame))) {
        if (unlikely(!may_act(caller, p)))
            return refuse_parties(caller, p.frames, address);
        let_go(held);
        held->frame = m;
        held->as = hold(m, p.tables);
        if (unlikely(held->as == TYPE_NONE))
            return -EINVAL;
    }
    if (likely(held->as == TYPE_L1))
        return l1_entry_update(m, slot, value, kept, p.tables, p.frames);
    return update_upper(*held, slot, value, kept, p);
}

static int RARE update_machphys(const struct domain *caller, struct parties p, uint64_t address,
                                uint64_t value)
{
    mfn_t m = mfn(address >> PAGE_SHIFT);
    struct frame *f;

    if (caller != p.tables)
        return refuse_parties(caller, p.tables, address);
    if (!may_act(caller, p))
        return refuse_parties(caller, p.frames, address);
    f = frame_get(m, p.frames);
    if (!f)
        return frame_refuse(m, p.frames, -EINVAL);
    m2p_set(m, value);
    frame_put(f);
    return 0;
}

/* Reads a request, of a range that was checked, and does it. *command: which, as far as it could be read. */
static int HOT execute(struct table *held, const struct domain *caller, struct parties p, gva_t from,
                       uint32_t *command)
{
    uint64_t ptr, value, kept = 0;

    *command = 0;
    if (unlikely(guest_load64(&ptr, from) || guest_load64(&value, gva_add(from, sizeof(ptr)))))
        return refuse(-EFAULT, REASON_bad_guest_pointer, 0, from.raw, 0);
    *command = ptr & COMMAND_MASK;
    ptr &= ~(uint64_t)COMMAND_MASK;
    if (unlikely(*command != MMU_NORMAL_PT_UPDATE)) {
        if (*command == MMU_MACHPHYS_UPDATE)
            return update_machphys(caller, p, ptr, value);
        if (*command > MMU_PT_UPDATE_NO_TRANSLATE)
            return refuse(-ENOSYS, REASON_no_such_subop, 0, *command, 0);
        if (*command == MMU_PT_UPDATE_PRESERVE_AD)
            kept = PTE_A | PTE_D;
    }
    return update_entry(held, caller, p, ptr, value, kept);
}

/* The fourth argument: whose frames, and in its upper half whose page tables (a number plus one; 0: the caller's). */
static struct parties RARE find_others(struct domain *caller, uint32_t foreign)
{
    uint32_t number = foreign >> 16;
    struct parties p = {caller, caller};

    if (number) {
        p.tables = number - 1 == caller->id ? caller : domain_find((uint16_t)(number - 1));
        if (!p.tables) {
            refuse(-ESRCH, REASON_no_such_domain, caller->id, number - 1, 0);
            return p;
        }
    }
    p.frames = page_owner_find(caller, (uint16_t)foreign);
    return p;
}

static int RARE refuse_range(uint64_t requests)
{
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, requests, 0);
}

/* How many of the requests lie where a guest may have them. */
static uint32_t below_limit(uint64_t requests, uint32_t count)
{
    uint64_t limit = this_cpu()->guest_limit;

    return requests > limit ? 0 : (uint32_t)MIN(count, (limit - requests) / sizeof(struct mmu_update));
}

static struct mmu_batch batch_of(struct vcpu *v)
{
    return (struct mmu_batch){.v = v,
                              .hypercall = __HYPERVISOR_mmu_update,
                              .request_size = sizeof(struct mmu_update)};
}

static long HOT __attribute__((noinline))
update_several(uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct vcpu *v = current_vcpu();
    struct mmu_batch b = batch_of(v);
    struct parties p = {v->domain, v->domain};
    struct table held = {MFN_NONE, TYPE_NONE};
    uint32_t i = 0, command = 0, readable;
    long result;
    int error = 0;

    if (unlikely(!mmu_batch_begin(&b, requests, count, done, foreign, &result)))
        return result;
    if (unlikely(b.foreign != DOMID_SELF))
        p = find_others(v->domain, b.foreign);
    if (unlikely(!p.tables) || unlikely(!p.frames))
        return mmu_batch_end(&b, 0, -ESRCH);
    readable = below_limit(requests, b.count);
    for (; i < readable; i++) {
        if (unlikely(i % GROUP == 0) && i) {
            let_go(&held); /* another processor may wait for it, and other work for this one */
            error = preempt_wanted() ? -ERESTART : 0;
        }
        if (unlikely(error) || unlikely(v->dying_tables)) {
            error = -ERESTART;
            break;
        }
        error =
            execute(&held, v->domain, p, gva(requests + (uint64_t)i * sizeof(struct mmu_update)), &command);
        if (unlikely(error))
            break;
    }
    let_go(&held);
    if (unlikely(i == readable) && i < b.count) {
        command = 0;
        error = refuse_range(requests + (uint64_t)i * sizeof(struct mmu_update));
    }
    b.subop = command;
    return mmu_batch_end(&b, i, error);
}

/* A single request was refused, or is to be made again. */
static long RARE end_of_one(struct vcpu *v, uint64_t request, uint32_t command, int error)
{
    struct mmu_batch b = batch_of(v);

    b.requests = request;
    b.count = 1;
    b.foreign = DOMID_SELF;
    b.subop = command;
    return mmu_batch_end(&b, !error, error);
}

long HOT hypercall_mmu_update(uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct vcpu *v = current_vcpu();
    struct parties p = {v->domain, v->domain};
    struct table held = {MFN_NONE, TYPE_NONE};
    uint32_t command;
    int error;

    /* One request for the caller itself: nothing to count, nothing to go on with. */
    if (count != 1 || done || foreign != DOMID_SELF || v->dying_tables)
        return update_several(requests, count, done, foreign);
    if (unlikely(!guest_range_ok(gva(requests), sizeof(struct mmu_update))))
        return end_of_one(v, requests, 0, refuse_range(requests));
    error = execute(&held, v->domain, p, gva(requests), &command);
    let_go(&held);
    return likely(!error && !v->dying_tables) ? 0 : end_of_one(v, requests, command, error);
}
