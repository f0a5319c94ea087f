// SPDX-License-Identifier: MIT
#include "hypercalls/ringlet_op.h"

#include <abi/ringlet.h>
#include <abi/vcpu.h>

#include "core/string.h"
#include "core/why.h"
#include "domain/any_domain.h"
#include "domain/domain_list.h"
#include "domain/time.h"
#include "hypercalls/refusal_log.h"
#include "hypercalls/trace.h"
#include "hypercalls/whole_audit.h"
#include "machine/clock.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/frame_alloc.h"

static int take(void *to, gva_t from, size_t n)
{
    return copy_from_guest(to, from, n) ? refuse(-EFAULT, REASON_bad_guest_pointer, n, from.raw, 0) : 0;
}

static int give(gva_t to, const void *from, size_t n)
{
    return copy_to_guest(to, from, n) ? refuse(-EFAULT, REASON_bad_guest_pointer_write, n, to.raw, 0) : 0;
}

static int check_pad(uint64_t pad)
{
    return pad ? refuse(-EINVAL, REASON_reserved_field, 0, pad, 0) : 0;
}

static long version(struct domain *caller, gva_t arg)
{
    return RINGLET_EXTENSION_VERSION;
}

static int write_refusals(const struct domain *d, struct ringlet_why *op)
{
    uint32_t room = op->count;

    op->total = d->refusals->total;
    for (op->count = 0; op->count < room; op->count++) {
        const struct ringlet_why_entry *e = refusal_get(d, op->count);
        int error = e ? give(gva(op->entries + op->count * sizeof(*e)), e, sizeof(*e)) : 0;

        if (error)
            return error;
        if (!e)
            break;
    }
    return 0;
}

static long why(struct domain *caller, gva_t arg)
{
    struct ringlet_why op;
    struct domain *d;
    int error;

    if ((error = take(&op, arg, sizeof(op))) || (error = check_pad(op.pad)) ||
        (error = any_domain_find(&d, caller, op.domid)))
        return error;
    error = write_refusals(d, &op);
    return error ? error : give(arg, &op, sizeof(op));
}

static uint64_t time_running(const struct domain *d)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < d->vcpu_count; i++)
        if (d->vcpus[i])
            sum += runstate_at(&d->vcpus[i]->time->runstate, clock_now()).time[RUNSTATE_running];
    return sum;
}

static long counters(struct domain *caller, gva_t arg)
{
    struct ringlet_counters op, now;
    struct domain *d;
    uint32_t size;
    int error;

    if ((error = take(&op, arg, offsetof(struct ringlet_counters, hypercalls))) ||
        (error = check_pad(op.pad)) || (error = any_domain_find(&d, caller, op.domid)))
        return error;
    if (op.size < offsetof(struct ringlet_counters, hypercalls))
        return refuse(-EINVAL, REASON_buffer_too_small, sizeof(now), op.size, 0);
    now = d->counters;
    now.size = size = MIN(op.size, (uint32_t)sizeof(now));
    now.domid = op.domid;
    now.pad = 0;
    now.frames_owned = d->pages;
    now.time_running_ns = time_running(d);
    if (d == caller) /* what entry.S counted and nobody has folded in yet */
        now.hypercalls += this_cpu()->hypercalls;
    return give(arg, &now, size);
}

/* It goes through all memory with nothing else running: nobody else may ask for that. */
static long audit(struct domain *caller, gva_t arg)
{
    struct ringlet_audit report;

    if (!caller->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, RINGLET_audit, 0);
    whole_audit(&report);
    return give(arg, &report, sizeof(report));
}

static long trace(struct domain *caller, gva_t arg)
{
    const uint32_t known = RINGLET_TRACE_HYPERCALLS | RINGLET_TRACE_FAILURES;
    struct ringlet_trace op;
    struct domain *d;
    uint32_t wanted;
    int error;

    if ((error = take(&op, arg, sizeof(op))) || (error = check_pad(op.pad)) ||
        (error = any_domain_find(&d, caller, op.domid)))
        return error;
    wanted = op.mask;
    if (!(wanted & RINGLET_TRACE_QUERY) && wanted & ~known)
        return refuse(-EINVAL, REASON_bad_flags, known, wanted, 0);
    /* Every traced call is a line on the serial port: nobody else may slow the machine down by that. */
    if (!(wanted & RINGLET_TRACE_QUERY) && !caller->privileged)
        return refuse(-EPERM, REASON_not_privileged, 0, RINGLET_trace, 0);
    op.mask = d->trace_mask;
    error = give(arg, &op, sizeof(op));
    if (!error && !(wanted & RINGLET_TRACE_QUERY))
        trace_set(d, wanted);
    return error;
}

static uint64_t hypervisor_frames(void)
{
    uint64_t n = 0;

    for (uint64_t m = 0; m < frame_table_frames; m++)
        n += frame_table[m].owner == OWNER_HYPERVISOR && frame_table[m].refs;
    return n;
}

static uint64_t dying_frames(void)
{
    uint64_t n = 0;

    for (const struct domain *d = domain_list_first(); d; d = d->next)
        n += d->dying ? d->pages : 0;
    return n;
}

static long leak(struct domain *caller, gva_t arg)
{
    struct ringlet_leak op;
    struct domain *d;
    int error;

    if ((error = take(&op, arg, sizeof(op))) || (error = check_pad(op.pad[0] | op.pad[1] | op.pad[2])) ||
        (error = any_domain_find(&d, caller, op.domid)))
        return error;
    op.owned = d->pages;
    op.free = caller->privileged ? frame_free_count() : 0;
    op.hypervisor = caller->privileged ? hypervisor_frames() : 0;
    op.dying_owned = caller->privileged ? dying_frames() : 0;
    return give(arg, &op, sizeof(op));
}

static long (*const commands[])(struct domain *, gva_t) = {
    [RINGLET_version] = version, [RINGLET_why] = why,     [RINGLET_counters] = counters,
    [RINGLET_audit] = audit,     [RINGLET_trace] = trace, [RINGLET_leak] = leak,
};

long hypercall_ringlet(uint64_t command, uint64_t arg)
{
    if (command >= ARRAY_SIZE(commands))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(commands), command, 0);
    return commands[command](current_vcpu()->domain, gva(arg));
}
