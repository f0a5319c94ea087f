// SPDX-License-Identifier: MIT
/* HYPERVISOR_mmuext_op: pins, roots, flushes, the LDT, and whole pages. One handler a command, in one table. */
#include <abi/xen.h>

#include "core/errno.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "machine/cpu.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "machine/user_copy.h"
#include "memory/frame_write.h"
#include "memory/hypercalls.h"
#include "memory/mmu_batch.h"
#include "memory/page_owner.h"
#include "memory/page_tables.h"
#include "memory/vcpu_mask.h"

/* A command, decoded: what it means is the same for every width. */
struct mmuext {
    struct vcpu *v;
    struct domain *owner; /* of the frames it names */
    uint32_t command;
    uint64_t arg1, arg2;
};

typedef int (*mmuext_handler)(const struct mmuext *op);

static void (*set_ldt_of)(struct vcpu *v, gva_t base, unsigned entries);

void mmuext_on_set_ldt(void (*call)(struct vcpu *v, gva_t base, unsigned entries))
{
    set_ldt_of = call;
}

/* Commands that work on the calling vCPU alone. */
static int own_only(const struct mmuext *op)
{
    if (likely(op->owner == op->v->domain))
        return 0;
    return refuse(-EPERM, REASON_domain_not_self, op->v->domain->id, op->owner->id, 0);
}

static int pin(const struct mmuext *op)
{
    static const enum frame_type levels[] = {
        [MMUEXT_PIN_L1_TABLE] = TYPE_L1,
        [MMUEXT_PIN_L2_TABLE] = TYPE_L2,
        [MMUEXT_PIN_L3_TABLE] = TYPE_L3,
    };

    return page_table_pin(op->owner, mfn(op->arg1), levels[op->command]);
}

/* A 32-bit guest has no L4 tables; the reference lets it ask and does nothing. */
static int pin_l4(const struct mmuext *op)
{
    return op->v->domain->width == GUEST_32 ? 0 : refuse(-EINVAL, REASON_pin_level, 0, 4, op->arg1);
}

static int unpin(const struct mmuext *op)
{
    return page_table_unpin(op->owner, mfn(op->arg1));
}

static int new_root(const struct mmuext *op)
{
    int error = own_only(op);

    return error ? error : guest_table_set(op->v, mfn(op->arg1));
}

static int new_user_root(const struct mmuext *op)
{
    return refuse(-EINVAL, REASON_not_for_this_width, 0, op->command, op->arg1);
}

static int flush_local(const struct mmuext *op)
{
    int error = own_only(op);

    if (likely(!error))
        tlb_flush_local();
    return error;
}

/* The address is the guest's; ring 0's own translations are none of its business. */
static int invalidate_local(const struct mmuext *op)
{
    int error = own_only(op);

    if (likely(!error && op->arg1 < GUEST32_LIMIT))
        tlb_flush_page(op->arg1);
    return error;
}

static int flush_several(const struct mmuext *op)
{
    uint64_t mask = VCPU_MASK_ALL;
    int error = own_only(op);

    if (!error && (op->command == MMUEXT_TLB_FLUSH_MULTI || op->command == MMUEXT_INVLPG_MULTI))
        error = vcpu_mask_read(op->v->domain, op->arg2, &mask, -EINVAL);
    if (error)
        return error;
    if (op->command == MMUEXT_TLB_FLUSH_MULTI || op->command == MMUEXT_TLB_FLUSH_ALL)
        tlb_flush_vcpus(op->v->domain, mask);
    else if (op->arg1 < GUEST32_LIMIT)
        tlb_flush_vcpus_page(op->v->domain, mask, op->arg1);
    return 0;
}

static int flush_cache(const struct mmuext *op)
{
    int error = own_only(op);

    if (error)
        return error;
    if (!op->v->domain->privileged) /* only who holds devices has a use for it */
        return refuse(-EACCES, REASON_not_privileged, 0, op->command, 0);
    cache_flush();
    return 0;
}

static int set_ldt(const struct mmuext *op)
{
    uint64_t entries = op->arg2, base = entries ? op->arg1 : 0;
    struct vcpu *v = op->v;
    int error = own_only(op);

    if (error)
        return error;
    if (entries > LDT_MAX_FRAMES * PAGE_SIZE / 8)
        return refuse(-EINVAL, REASON_ldt_entries, LDT_MAX_FRAMES * PAGE_SIZE / 8, entries, 0);
    if (base % PAGE_SIZE)
        return refuse(-EINVAL, REASON_ldt_base, 0, base, 0);
    if (v->ldt_entries != entries || v->ldt_base.raw != base)
        set_ldt_of(v, gva(base), (unsigned)entries);
    return 0;
}

/* Holds a frame that is to be written whole. */
static int hold_writable(const struct mmuext *op, mfn_t m)
{
    struct frame *f = frame_get(m, op->owner);

    if (!f)
        return frame_refuse(m, op->owner, -EINVAL);
    if (!frame_get_writable(f)) {
        enum frame_type type = type_of(type_read(f));

        frame_put(f);
        return refuse(-EINVAL, REASON_frame_type_conflict, TYPE_WRITABLE, type, m.raw);
    }
    return 0;
}

static int clear_page(const struct mmuext *op)
{
    mfn_t m = mfn(op->arg1);
    int error = hold_writable(op, m);

    if (error)
        return error;
    frame_clear(m);
    frame_release(m);
    return 0;
}

static int copy_page(const struct mmuext *op)
{
    mfn_t to = mfn(op->arg1), from = mfn(op->arg2);
    struct frame *source = frame_get(from, op->owner);
    int error;

    if (!source)
        return frame_refuse(from, op->owner, -EINVAL);
    error = hold_writable(op, to);
    if (!error) {
        if (!mfn_equal(to, from))
            frame_write(to, 0, frame_map(from), PAGE_SIZE);
        frame_release(to);
    }
    frame_put(source);
    return error;
}

static int superpage(const struct mmuext *op)
{
    return refuse(-EOPNOTSUPP, REASON_obsolete, 0, op->command, op->arg1);
}

static const mmuext_handler handlers[] = {
    [MMUEXT_PIN_L1_TABLE] = pin,
    [MMUEXT_PIN_L2_TABLE] = pin,
    [MMUEXT_PIN_L3_TABLE] = pin,
    [MMUEXT_PIN_L4_TABLE] = pin_l4,
    [MMUEXT_UNPIN_TABLE] = unpin,
    [MMUEXT_NEW_BASEPTR] = new_root,
    [MMUEXT_TLB_FLUSH_LOCAL] = flush_local,
    [MMUEXT_INVLPG_LOCAL] = invalidate_local,
    [MMUEXT_TLB_FLUSH_MULTI] = flush_several,
    [MMUEXT_INVLPG_MULTI] = flush_several,
    [MMUEXT_TLB_FLUSH_ALL] = flush_several,
    [MMUEXT_INVLPG_ALL] = flush_several,
    [MMUEXT_FLUSH_CACHE] = flush_cache,
    [MMUEXT_SET_LDT] = set_ldt,
    [MMUEXT_NEW_USER_BASEPTR] = new_user_root,
    [MMUEXT_CLEAR_PAGE] = clear_page,
    [MMUEXT_COPY_PAGE] = copy_page,
    [MMUEXT_FLUSH_CACHE_GLOBAL] = flush_cache,
    [MMUEXT_MARK_SUPER] = superpage,
    [MMUEXT_UNMARK_SUPER] = superpage,
};

static int apply(const struct mmuext *op)
{
    if (unlikely(op->command >= ARRAY_SIZE(handlers) || !handlers[op->command]))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(handlers), op->command, 0);
    return handlers[op->command](op);
}

_Static_assert(sizeof(struct mmuext_op_32) == 3 * sizeof(uint32_t), "an operation is three words");
_Static_assert(offsetof(struct mmuext_op_32, arg1) == 4 && offsetof(struct mmuext_op_32, arg2) == 8,
               "a command and its arguments");

static int run(struct mmu_batch *b, struct mmuext *op, uint32_t *done)
{
    gva_t from = gva(b->requests);

    for (*done = 0; *done < b->count; ++*done, from = gva_add(from, sizeof(struct mmuext_op_32))) {
        uint32_t word[3];
        int error;

        if (*done > 0 && (b->v->dying_tables || preempt_wanted()))
            return -ERESTART;
        if (unlikely(guest_get_words32(word, from))) {
            b->subop = RINGLET_WHY_NONE;
            return refuse(-EFAULT, REASON_bad_guest_pointer, 0, from.raw, 0);
        }
        b->subop = op->command = word[0];
        op->arg1 = word[1];
        op->arg2 = word[2];
        error = apply(op);
        if (unlikely(error))
            return error;
    }
    return 0;
}

long hypercall32_mmuext_op(uint64_t ops, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct mmu_batch b; /* not cleared: it is on the hot path */
    struct mmuext op;
    uint32_t i = 0;
    long result;
    int error;

    b.v = op.v = current_vcpu();
    b.hypercall = __HYPERVISOR_mmuext_op;
    b.subop = 0;
    b.request_size = sizeof(struct mmuext_op_32);
    if (unlikely(!mmu_batch_begin(&b, ops, count, done, foreign, &result)))
        return result;
    if (unlikely(b.count == 0)) /* as the reference: not even `done` is written */
        return 0;
    op.owner = page_owner_find(b.v->domain, (uint16_t)b.foreign);
    if (unlikely(!op.owner))
        return -ESRCH;
    error = page_owner_check(b.v->domain, op.owner);
    if (unlikely(error))
        return error;
    error = run(&b, &op, &i);
    return mmu_batch_end(&b, i, error);
}
