// SPDX-License-Identifier: MIT
/*
 * HYPERVISOR_mmu_update: changes to page-table entries, and to the machine-to-physical table. Requests are copied in
 * groups, and the table that one request works on stays held for the next, which mostly is about the same one.
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

#define GROUP 16u       /* requests copied at once; other work is looked for after each group */
#define COMMAND_MASK 7u /* an entry's address is a multiple of 8: the bits below are the command */

struct update {
    struct mmu_batch batch;
    struct domain *tables; /* whose page tables are changed */
    struct domain *frames; /* whose frames the entries name */
    mfn_t held;            /* the table at hand, or MFN_NONE */
    enum frame_type held_type;
    bool allowed; /* the caller may act on both domains */
};

static void let_go(struct update *u)
{
    if (!mfn_equal(u->held, MFN_NONE)) {
        struct frame *f = frame_of(u->held);

        frame_put_type(f);
        frame_put(f);
    }
    u->held = MFN_NONE;
}

/* Holds the frame an entry lies in, as the table it is or as writable memory. */
static int hold(struct update *u, mfn_t m)
{
    struct frame *f;

    let_go(u);
    f = frame_get(m, u->tables);
    if (unlikely(!f))
        return frame_refuse(m, u->tables, -EINVAL);
    u->held_type = frame_hold_table(f);
    if (unlikely(u->held_type == TYPE_NONE) && frame_get_writable(f))
        u->held_type = TYPE_WRITABLE;
    if (unlikely(u->held_type == TYPE_NONE)) {
        frame_put(f);
        return refuse(-EINVAL, REASON_ptr_not_a_table, 0, type_of(type_read(f)), m.raw);
    }
    u->held = m;
    return 0;
}

/* Levels above 1: only of and by one domain. */
static int __attribute__((noinline))
update_upper(struct update *u, uint64_t *slot, uint64_t value, bool keep_ad)
{
    struct frame *table = frame_of(u->held);

    if (u->held_type == TYPE_WRITABLE) {
        pte_write(u->held, slot, value);
        return 0;
    }
    if (u->held_type == TYPE_SEGMENT)
        return refuse(-EINVAL, REASON_ptr_not_a_table, 0, TYPE_SEGMENT, u->held.raw);
    if (u->frames != u->tables)
        return refuse(-EINVAL, REASON_foreign_mapping_denied, u->tables->id, u->frames->id,
                      pte_frame(value).raw);
    if (u->held_type == TYPE_L3)
        return l3_entry_update(table, slot, value, keep_ad, u->tables);
    return l2_entry_update(table, slot, value, keep_ad, u->tables);
}

static int HOT update_entry(struct update *u, uint64_t address, uint64_t value, bool keep_ad)
{
    mfn_t m = mfn(address >> PAGE_SHIFT);
    uint64_t *slot;

    if (unlikely(!mfn_equal(m, u->held))) {
        int error;

        if (unlikely(!u->allowed))
            return refuse(-EPERM, REASON_foreign_mapping_denied, u->batch.v->domain->id, u->frames->id,
                          m.raw);
        error = hold(u, m);
        if (unlikely(error))
            return error;
    }
    slot = (uint64_t *)frame_map(m) + (address / sizeof(uint64_t)) % ENTRIES_PER_TABLE;
    if (likely(u->held_type == TYPE_L1))
        return l1_entry_update(m, slot, value, keep_ad, u->tables, u->frames);
    return update_upper(u, slot, value, keep_ad);
}

static int RARE update_machphys(struct update *u, uint64_t address, uint64_t value)
{
    mfn_t m = mfn(address >> PAGE_SHIFT);
    struct frame *f;

    if (u->batch.v->domain != u->tables)
        return refuse(-EPERM, REASON_foreign_mapping_denied, u->batch.v->domain->id, u->tables->id, m.raw);
    if (!u->allowed)
        return refuse(-EPERM, REASON_foreign_mapping_denied, u->batch.v->domain->id, u->frames->id, m.raw);
    f = frame_get(m, u->frames);
    if (!f)
        return frame_refuse(m, u->frames, -EINVAL);
    m2p_set(m, value);
    frame_put(f);
    return 0;
}

static int apply(struct update *u, const struct mmu_update *request)
{
    unsigned command = request->ptr & COMMAND_MASK;
    uint64_t address = request->ptr & ~(uint64_t)COMMAND_MASK;

    u->batch.subop = command;
    if (likely(command != MMU_MACHPHYS_UPDATE && command <= MMU_PT_UPDATE_NO_TRANSLATE))
        return update_entry(u, address, request->val, command == MMU_PT_UPDATE_PRESERVE_AD);
    if (command == MMU_MACHPHYS_UPDATE)
        return update_machphys(u, address, request->val);
    return refuse(-ENOSYS, REASON_no_such_subop, 0, command, 0);
}

/* Copies up to a group of requests; one at a time where a group cannot be read. Returns how many, 0 when none can. */
static uint32_t fetch(struct mmu_update *requests, gva_t from, uint32_t wanted)
{
    if (wanted == 1) {
        if (likely(!guest_get64(&requests->ptr, from) && !guest_get64(&requests->val, gva_add(from, 8))))
            return 1;
        return 0;
    }
    if (likely(!copy_from_guest(requests, from, wanted * sizeof(*requests))))
        return wanted;
    return fetch(requests, from, 1);
}

static int run(struct update *u, uint32_t *done)
{
    struct mmu_batch *b = &u->batch;
    struct mmu_update requests[GROUP];
    uint32_t i = 0;
    int error = 0;

    while (i < b->count) {
        gva_t from = gva(b->requests + (uint64_t)i * sizeof(requests[0]));
        uint32_t n;

        if (i > 0 && preempt_wanted()) {
            error = -ERESTART;
            break;
        }
        n = fetch(requests, from, MIN(b->count - i, GROUP));
        if (unlikely(n == 0)) {
            b->subop = 0;
            error = refuse(-EFAULT, REASON_bad_guest_pointer, 0, from.raw, 0);
            break;
        }
        for (uint32_t k = 0; k < n; k++) {
            error = unlikely(b->v->dying_tables) ? -ERESTART : apply(u, &requests[k]);
            if (unlikely(error))
                goto out;
            i++;
        }
    }
out:
    *done = i;
    return error;
}

/* The fourth argument: whose frames, and in its upper half whose page tables (a number plus one; 0: the caller's). */
static int find_domains(struct update *u)
{
    struct domain *caller = u->batch.v->domain;
    uint32_t tables = u->batch.foreign >> 16;

    u->tables = u->frames = caller;
    u->allowed = true;
    if (likely(u->batch.foreign == DOMID_SELF))
        return 0;
    if (tables) {
        u->tables = tables - 1 == caller->id ? caller : domain_find((uint16_t)(tables - 1));
        if (!u->tables)
            return refuse(-ESRCH, REASON_no_such_domain, caller->id, tables - 1, 0);
    }
    u->frames = page_owner_find(caller, (uint16_t)u->batch.foreign);
    if (!u->frames)
        return -ESRCH;
    u->allowed = caller->privileged || (u->tables == caller && u->frames == caller);
    return 0;
}

long hypercall_mmu_update(uint64_t requests, uint64_t count, uint64_t done, uint64_t foreign)
{
    struct update u; /* not cleared: it is on the hot path */
    uint32_t i = 0;
    long result;
    int error;

    u.held = MFN_NONE;
    u.batch.v = current_vcpu();
    u.batch.hypercall = __HYPERVISOR_mmu_update;
    u.batch.subop = 0;
    u.batch.request_size = sizeof(struct mmu_update);
    if (unlikely(!mmu_batch_begin(&u.batch, requests, count, done, foreign, &result)))
        return result;
    error = find_domains(&u);
    if (likely(!error))
        error = run(&u, &i);
    let_go(&u);
    return mmu_batch_end(&u.batch, i, error);
}
