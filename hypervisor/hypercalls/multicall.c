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

/* An entry as four words: op and result, then the arguments in pairs. */
union entry {
    uint64_t word[4];
    struct multicall_entry_32 call;
};
_Static_assert(sizeof(union entry) == sizeof(struct multicall_entry_32), "four words are an entry");

/* Of a list whose range was checked. */
static bool read_entry(union entry *e, gva_t from)
{
    return !guest_load64(&e->word[0], from) && !guest_load64(&e->word[1], gva_add(from, 8)) &&
           !guest_load64(&e->word[2], gva_add(from, 16)) && !guest_load64(&e->word[3], gva_add(from, 24));
}

static long call_entry(const hypercall_fn *table, const union entry *e)
{
    uint32_t op = (uint32_t)e->word[0];
    hypercall_fn call = likely(op < HYPERCALL_COUNT) ? table[op] : hypercall_unknown;

    return call((uint32_t)e->word[1], e->word[1] >> 32, (uint32_t)e->word[2], e->word[2] >> 32,
                (uint32_t)e->word[3], e->word[3] >> 32);
}

/* The entry goes back with the arguments it is to be called with again. */
static int save_continued(struct vcpu *v, union entry *e, gva_t at)
{
    e->call.op = v->multicall_nr;
    for (unsigned i = 0; i < v->multicall_arg_count; i++)
        e->call.args[i] = (uint32_t)v->multicall_args[i];
    return copy_to_guest(at, e, sizeof(*e));
}

static long continue_at(struct vcpu *v, gva_t list, uint32_t left)
{
    v->in_multicall = MULTICALL_NONE;
    return hypercall_continue(__HYPERVISOR_multicall, 2, (uint64_t[]){list.raw, left});
}

/* The multicall ends before its time. All its calls were counted when it began: these are not made now. */
static void RARE not_made(struct vcpu *v, uint32_t calls)
{
    v->domain->counters.hypercalls -= calls;
}

/* The whole list lies in guest space; single entries may still be unmapped. */
static long run(struct vcpu *v, gva_t list, uint32_t count)
{
    const hypercall_fn *table = this_cpu()->hypercall_table;

    for (uint32_t left = count; left; left--, list = gva_add(list, sizeof(union entry))) {
        union entry e;
        long result;

        if (unlikely(left % ENTRIES_BETWEEN_CHECKS == 0) && left != count && preempt_wanted()) {
            not_made(v, left);
            return continue_at(v, list, left);
        }
        if (unlikely(!read_entry(&e, list))) {
            not_made(v, left);
            return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(e), left, list.raw);
        }
        v->multicall_nr = (uint32_t)e.word[0];
        v->multicall_args[0] = (uint32_t)e.word[1]; /* a refusal says which command it was */
        result = call_entry(table, &e);
        if (unlikely(v->in_multicall == MULTICALL_CONTINUE)) {
            not_made(v, left - 1);
            if (save_continued(v, &e, list))
                return refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(e), left, list.raw);
            return continue_at(v, list, left);
        }
        if (unlikely(guest_store32(gva_add(list, offsetof(struct multicall_entry_32, result)),
                                   (uint32_t)result))) {
            not_made(v, left - 1);
            return refuse(-EFAULT, REASON_bad_guest_pointer_write, sizeof(e), left, list.raw);
        }
        if (unlikely(v->multicall_nr == __HYPERVISOR_iret)) { /* the registers are no longer the caller's */
            not_made(v, left - 1);
            return (long)guest_regs()->rax;
        }
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
    v->domain->counters.multicalls++;
    v->domain->counters.hypercalls += (uint32_t)count;
    result = run(v, gva(list), (uint32_t)count);
    v->in_multicall = 0;
    return result;
}
