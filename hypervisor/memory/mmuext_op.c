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

/* What a command means is the same for every width. `owner`: of the frames it names. */
typedef int (*mmuext_handler)(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1,
                              uint64_t arg2);

static void (*set_ldt_of)(struct vcpu *v, gva_t base, unsigned entries);

void mmuext_on_set_ldt(void (*call)(struct vcpu *v, gva_t base, unsigned entries))
{
    set_ldt_of = call;
}

/* Of commands that work on the calling vCPU alone. */
static int RARE refuse_owner(const struct vcpu *v, const struct domain *owner)
{
    return refuse(-EPERM, REASON_domain_not_self, v->domain->id, owner->id, 0);
}

static int own_only(const struct vcpu *v, const struct domain *owner)
{
    return likely(owner == v->domain) ? 0 : refuse_owner(v, owner);
}

static int pin(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    static const enum frame_type levels[] = {
        [MMUEXT_PIN_L1_TABLE] = TYPE_L1,
        [MMUEXT_PIN_L2_TABLE] = TYPE_L2,
        [MMUEXT_PIN_L3_TABLE] = TYPE_L3,
    };

    return page_table_pin(owner, mfn(arg1), levels[command]);
}

/* A 32-bit guest has no L4 tables; the reference lets it ask and does nothing. */
static int pin_l4(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    return v->domain->width == GUEST_32 ? 0 : refuse(-EINVAL, REASON_pin_level, 0, 4, arg1);
}

static int unpin(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    return page_table_unpin(owner, mfn(arg1));
}

static int new_root(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    if (unlikely(owner != v->domain))
        return refuse_owner(v, owner);
    return guest_table_set(v, mfn(arg1));
}

static int new_user_root(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    return refuse(-EINVAL, REASON_not_for_this_width, 0, command, arg1);
}

static int flush_local(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    if (unlikely(owner != v->domain))
        return refuse_owner(v, owner);
    tlb_flush_local();
    return 0;
}

/* The address is the guest's; ring 0's own translations are none of its business. */
static int invalidate_local(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1,
                            uint64_t arg2)
{
    if (unlikely(owner != v->domain))
        return refuse_owner(v, owner);
    if (likely(arg1 < GUEST32_LIMIT))
        tlb_flush_page(arg1);
    return 0;
}

static int flush_several(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    uint64_t mask = VCPU_MASK_ALL;
    int error = own_only(v, owner);

    if (!error && (command == MMUEXT_TLB_FLUSH_MULTI || command == MMUEXT_INVLPG_MULTI))
        error = vcpu_mask_read(v->domain, arg2, &mask, -EINVAL);
    if (error)
        return error;
    if (command == MMUEXT_TLB_FLUSH_MULTI || command == MMUEXT_TLB_FLUSH_ALL)
        tlb_flush_vcpus(v->domain, mask);
    else if (arg1 < GUEST32_LIMIT)
        tlb_flush_vcpus_page(v->domain, mask, arg1);
    return 0;
}

static int flush_cache(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    int error = own_only(v, owner);

    if (error)
        return error;
    if (!v->domain->privileged) /* only who holds devices has a use for it */
        return refuse(-EACCES, REASON_not_privileged, 0, command, 0);
    cache_flush();
    return 0;
}

static int set_ldt(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    uint64_t entries = arg2, base = entries ? arg1 : 0;
    int error = own_only(v, owner);

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
static int hold_writable(struct domain *owner, mfn_t m)
{
    struct frame *f = frame_get(m, owner);

    if (!f)
        return frame_refuse(m, owner, -EINVAL);
    if (!frame_get_writable(f)) {
        enum frame_type type = type_of(type_read(f));

        frame_put(f);
        return refuse(-EINVAL, REASON_frame_type_conflict, TYPE_WRITABLE, type, m.raw);
    }
    return 0;
}

static int clear_page(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    mfn_t m = mfn(arg1);
    int error = hold_writable(owner, m);

    if (error)
        return error;
    frame_clear(m);
    frame_release(m);
    return 0;
}

static int copy_page(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    mfn_t to = mfn(arg1), from = mfn(arg2);
    struct frame *source = frame_get(from, owner);
    int error;

    if (!source)
        return frame_refuse(from, owner, -EINVAL);
    error = hold_writable(owner, to);
    if (!error) {
        if (!mfn_equal(to, from))
            frame_write(to, 0, frame_map(from), PAGE_SIZE);
        frame_release(to);
    }
    frame_put(source);
    return error;
}

static int superpage(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    return refuse(-EOPNOTSUPP, REASON_obsolete, 0, command, arg1);
}

#define COMMANDS (MMUEXT_UNMARK_SUPER + 1)

static int RARE refuse_command(uint32_t command)
{
    return refuse(-ENOSYS, REASON_no_such_subop, COMMANDS, command, 0);
}

/* A number that was never given out. */
static int no_command(struct vcpu *v, struct domain *owner, uint32_t command, uint64_t arg1, uint64_t arg2)
{
    return refuse_command(command);
}

/* Without holes. */
static const mmuext_handler handlers[COMMANDS] = {
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
    [14] = no_command,
    [MMUEXT_NEW_USER_BASEPTR] = new_user_root,
    [MMUEXT_CLEAR_PAGE] = clear_page,
    [MMUEXT_COPY_PAGE] = copy_page,
    [MMUEXT_FLUSH_CACHE_GLOBAL] = flush_cache,
    [MMUEXT_MARK_SUPER] = superpage,
    [MMUEXT_UNMARK_SUPER] = superpage,
};

_Static_assert(sizeof(struct mmuext_op_32) == 3 * sizeof(uint32_t), "an operation is three words");
_Static_assert(offsetof(struct mmuext_op_32, arg1) == 4 && offsetof(struct mmuext_op_32, arg2) == 8,
               "a command and its arguments");

static int RARE refuse_read(gva_t from)
{
    return refuse(-EFAULT, REASON_bad_guest_pointer, 0, from.raw, 0);
}

/* Reads a command and does it. *command: which, as far as it could be read. */
static int execute(struct vcpu *v, struct domain *owner, gva_t from, uint32_t *command)
{
    uint32_t arg1, arg2;

    if (unlikely(!guest_range_ok(from, sizeof(struct mmuext_op_32)) || guest_load32(command, from) ||
                 guest_load32(&arg1, gva_add(from, 4)) || guest_load32(&arg2, gva_add(from, 8)))) {
        *command = RINGLET_WHY_NONE;
        return refuse_read(from);
    }
    if (unlikely(*command >= COMMANDS))
        return refuse_command(*command);
    return handlers[*command](v, owner, *command, arg1, arg2);
}

static struct mmu_batch batch_of(struct vcpu *v)
{
    return (struct mmu_batch){.v = v,
                              .hypercall = __HYPERVISOR_mmuext_op,
                              .request_size = sizeof(struct mmuext_op_32)};
}

static long __attribute__((noinline))
execute_several(uint64_t ops, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct vcpu *v = current_vcpu();
    struct mmu_batch b = batch_of(v);
    struct domain *owner;
    uint32_t i = 0;
    long result;
    int error;

    if (unlikely(!mmu_batch_begin(&b, ops, count, done, foreign, &result)))
        return result;
    if (unlikely(b.count == 0)) /* as the reference: not even `done` is written */
        return 0;
    owner = page_owner_find(v->domain, (uint16_t)b.foreign);
    if (unlikely(!owner))
        return -ESRCH;
    error = page_owner_check(v->domain, owner);
    if (unlikely(error))
        return error;
    for (; i < b.count && !error; i += !error)
        error = i > 0 && (v->dying_tables || preempt_wanted())
                    ? -ERESTART
                    : execute(v, owner, gva(ops + (uint64_t)i * sizeof(struct mmuext_op_32)), &b.subop);
    return mmu_batch_end(&b, i, error);
}

/* A single command was refused, or is to be called again. */
static long RARE end_of_one(struct vcpu *v, uint64_t op, uint32_t command, int error)
{
    struct mmu_batch b = batch_of(v);

    b.requests = op;
    b.count = 1;
    b.foreign = DOMID_SELF;
    b.subop = command;
    return mmu_batch_end(&b, !error, error);
}

long HOT hypercall32_mmuext_op(uint64_t ops, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct vcpu *v = current_vcpu();
    uint32_t command;
    int error;

    /* The usual call is one command for the caller itself: nothing to count, nothing to go on with. */
    if (count != 1 || done || foreign != DOMID_SELF || v->dying_tables)
        return execute_several(ops, count, done, foreign);
    error = execute(v, v->domain, gva(ops), &command);
    return likely(!error && !v->dying_tables) ? 0 : end_of_one(v, ops, command, error);
}
