// SPDX-License-Identifier: MIT
/*
 * Several calls for one entry into ring 0. Each entry is copied in whole when its turn comes, so an earlier call may
 * change a later entry, as on the reference. A call that must be continued rewrites its entry in the guest's list and
 * the multicall itself is continued from there.
 */
#include <abi/xen.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "hypercalls/continuation.h"
#include "hypercalls/dispatch.h"
#include "hypercalls/multicall.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define ENTRIES_BETWEEN_CHECKS 32

static long call_entry(const struct multicall_entry_32 *e)
{
    const hypercall_fn *table = this_cpu()->hypercall_table;
    hypercall_fn call = e->op < HYPERCALL_COUNT ? table[e->op] : hypercall_unknown;

    return call(e->args[0], e->args[1], e->args[2], e->args[3], e->args[4], e->args[5]);
}

/* The entry goes back with the arguments it is to be called with again. */
static int save_continued(struct vcpu *v, struct multicall_entry_32 *e, gva_t at)
{
    e->op = v->multicall_nr;
    for (unsigned i = 0; i < v->multicall_arg_count; i++)
        e->args[i] = (uint32_t)v->multicall_args[i];
    return copy_to_guest(at, e, sizeof(*e));
}

static long run(struct vcpu *v, gva_t list, uint32_t count)
{
    const gva_t result_offset = gva(offsetof(struct multicall_entry_32, result));

    for (uint32_t i = 0; i < count; i++, list = gva_add(list, sizeof(struct multicall_entry_32))) {
        struct multicall_entry_32 e;
        long result;

        if (unlikely(i % ENTRIES_BETWEEN_CHECKS == ENTRIES_BETWEEN_CHECKS - 1) && preempt_wanted()) {
            v->in_multicall = 0;
            return hypercall_continue(__HYPERVISOR_multicall, 2, (uint64_t[]){list.raw, count - i});
        }
        if (unlikely(copy_from_guest(&e, list, sizeof(e))))
            return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(e), i, list.raw);
        v->multicall_nr = e.op;
        result = call_entry(&e);
        if (unlikely(v->in_multicall == MULTICALL_CONTINUE)) {
            if (save_continued(v, &e, list))
                return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(e), i, list.raw);
            v->in_multicall = 0;
            return hypercall_continue(__HYPERVISOR_multicall, 2, (uint64_t[]){list.raw, count - i});
        }
        if (unlikely(guest_put32(gva_add(list, result_offset.raw), (uint32_t)result)))
            return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(e), i, list.raw);
        if (unlikely(e.op == __HYPERVISOR_iret)) /* the registers are no longer the caller's */
            return (long)guest_regs()->rax;
    }
    return 0;
}

long hypercall32_multicall(uint64_t list, uint64_t count)
{
    struct vcpu *v = current_vcpu();
    long result;

    if (unlikely(v->in_multicall))
        return refuse(-EINVAL, REASON_nested_multicall, 0, v->multicall_nr, 0);
    if (unlikely(!guest_range_ok(gva(list), (uint64_t)(uint32_t)count * sizeof(struct multicall_entry_32))))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(struct multicall_entry_32), count, list);
    v->in_multicall = MULTICALL_RUNNING;
    result = run(v, gva(list), (uint32_t)count);
    v->in_multicall = 0;
    return result;
}
