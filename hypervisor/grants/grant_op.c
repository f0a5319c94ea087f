// SPDX-License-Identifier: MIT
/*
 * The hypercall: an array of elements of one command. Each element has its own result in its status field; the call
 * fails only when the array itself cannot be read or written. A long array is continued where it stopped.
 */
#include "grants/grant_op.h"

#include <abi/grant_table.h>
#include <abi/ringlet.h>
#include <abi/xen.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "grants/grant_queries.h"
#include "grants/grant_copy.h"
#include "grants/grant_map.h"
#include "grants/grant_table.h"
#include "grants/grant_transfer.h"
#include "machine/percpu.h"
#include "machine/tlb.h"
#include "machine/user_copy.h"

#define UNMAP_BATCH 16u
#define ELEMENTS_BETWEEN_CHECKS 16u

/* Stores a status in the element and notes which element it was when it is a refusal. */
static int give_status(gva_t at, size_t offset, int status, const struct array_part *part, uint32_t i)
{
    if (unlikely(status))
        refuse_context(part->command, part->index + i);
    return guest_put16(gva_add(at, offset), (uint16_t)status);
}

static long map(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_map_grant_ref op;

    if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))
        return -EFAULT;
    if (unlikely(grant_map(v, &op)))
        refuse_context(part->command, part->index);
    return copy_to_guest(part->at, &op, sizeof(op));
}

/* The two unmap commands differ in what the second word is. */
_Static_assert(sizeof(struct gnttab_unmap_grant_ref) == sizeof(struct gnttab_unmap_and_replace) &&
                   offsetof(struct gnttab_unmap_grant_ref, handle) ==
                       offsetof(struct gnttab_unmap_and_replace, handle) &&
                   offsetof(struct gnttab_unmap_grant_ref, status) ==
                       offsetof(struct gnttab_unmap_and_replace, status),
               "the unmap commands share a layout");

static int read_unmapping(struct grant_unmapping *u, gva_t at, bool replace)
{
    struct gnttab_unmap_grant_ref op;

    if (unlikely(copy_from_guest(&op, at, sizeof(op))))
        return -EFAULT;
    u->host_address = op.host_addr;
    u->device_address = replace ? 0 : op.dev_bus_addr;
    u->new_address = replace ? op.dev_bus_addr : 0;
    u->handle = op.handle;
    return 0;
}

/* Starts all, flushes once, finishes those that started: also when an element cannot be read half-way. */
static long unmap_batch(struct vcpu *v, const struct array_part *part, bool replace)
{
    struct grant_unmapping batch[UNMAP_BATCH];
    gva_t at = part->at;
    uint32_t started = 0;
    long error = 0;

    for (; started < part->count && !error; at = gva_add(at, sizeof(struct gnttab_unmap_grant_ref))) {
        struct grant_unmapping *u = &batch[started];

        error = read_unmapping(u, at, replace);
        if (unlikely(error))
            break;
        error = give_status(at, offsetof(struct gnttab_unmap_grant_ref, status), grant_unmap_start(v, u),
                            part, started);
        started++;
    }
    tlb_flush_vcpus(v->domain, ~0ull);
    for (uint32_t i = 0; i < started; i++)
        grant_unmap_finish(v, &batch[i]);
    return error;
}

static long unmap(struct vcpu *v, const struct array_part *part)
{
    return unmap_batch(v, part, false);
}

static long unmap_and_replace(struct vcpu *v, const struct array_part *part)
{
    return unmap_batch(v, part, true);
}

static void widen_pointer(struct gnttab_copy_ptr_64 *out, const struct gnttab_copy_ptr_32 *in)
{
    out->u.gmfn = in->u.gmfn;
    out->domid = in->domid;
    out->offset = in->offset;
}

static long copy32(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_copy_32 narrow;
    struct gnttab_copy_64 op;

    if (unlikely(copy_from_guest(&narrow, part->at, sizeof(narrow))))
        return -EFAULT;
    widen_pointer(&op.source, &narrow.source);
    widen_pointer(&op.dest, &narrow.dest);
    op.len = narrow.len;
    op.flags = narrow.flags;
    return give_status(part->at, offsetof(struct gnttab_copy_32, status), grant_copy(v->domain, &op), part,
                       0);
}

static long copy64(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_copy_64 op;

    if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))
        return -EFAULT;
    return give_status(part->at, offsetof(struct gnttab_copy_64, status), grant_copy(v->domain, &op), part,
                       0);
}

static long transfer32(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_transfer_32 op;

    if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))
        return -EFAULT;
    return give_status(part->at, offsetof(struct gnttab_transfer_32, status),
                       grant_transfer(v->domain, mfn(op.mfn), op.domid, op.ref), part, 0);
}

static long transfer64(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_transfer_64 op;

    if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))
        return -EFAULT;
    return give_status(part->at, offsetof(struct gnttab_transfer_64, status),
                       grant_transfer(v->domain, mfn(op.mfn), op.domid, op.ref), part, 0);
}

static long swap(struct vcpu *v, const struct array_part *part)
{
    struct gnttab_swap_grant_ref op;

    if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))
        return -EFAULT;
    return give_status(part->at, offsetof(struct gnttab_swap_grant_ref, status),
                       grant_swap(v->domain, op.ref_a, op.ref_b), part, 0);
}

/* Elements a handler takes at once: it never sees more. ONE_ONLY: the command refuses arrays of another length. */
enum array_use { EACH = 1, ONE_ONLY = 0, BATCH = UNMAP_BATCH };

struct grant_command {
    long (*run[2])(struct vcpu *,
                   const struct array_part *); /* for 32-bit and 64-bit guests; 0 or an errno */
    uint8_t size[2];
    uint8_t use;
};

#define SAME(handler, type, how)                                                                             \
    {                                                                                                        \
        {handler, handler}, {sizeof(type), sizeof(type)}, how                                                \
    }
#define BOTH(handler, type, how)                                                                             \
    {                                                                                                        \
        {handler##32, handler##64}, {sizeof(type##_32), sizeof(type##_64)}, how                              \
    }

static const struct grant_command commands[] = {
    [GNTTABOP_map_grant_ref] = SAME(map, struct gnttab_map_grant_ref, EACH),
    [GNTTABOP_unmap_grant_ref] = SAME(unmap, struct gnttab_unmap_grant_ref, BATCH),
    [GNTTABOP_setup_table] = BOTH(grant_setup_table, struct gnttab_setup_table, ONE_ONLY),
    [GNTTABOP_transfer] = BOTH(transfer, struct gnttab_transfer, EACH),
    [GNTTABOP_copy] = BOTH(copy, struct gnttab_copy, EACH),
    [GNTTABOP_query_size] = SAME(grant_query_size, struct gnttab_query_size, ONE_ONLY),
    [GNTTABOP_unmap_and_replace] = SAME(unmap_and_replace, struct gnttab_unmap_and_replace, BATCH),
    [GNTTABOP_set_version] = SAME(grant_set_version, struct gnttab_set_version, ONE_ONLY),
    [GNTTABOP_get_status_frames] = BOTH(grant_get_status_frames, struct gnttab_get_status_frames, ONE_ONLY),
    [GNTTABOP_get_version] = SAME(grant_get_version, struct gnttab_get_version, ONE_ONLY),
    [GNTTABOP_swap_grant_ref] = SAME(swap, struct gnttab_swap_grant_ref, EACH),
    [GNTTABOP_cache_flush] = SAME(grant_cache_flush, struct gnttab_cache_flush, EACH),
};

static long run_array(struct vcpu *v, const struct grant_command *c, struct array_part *part, uint32_t count)
{
    const unsigned wide = v->domain->width == GUEST_64;
    const uint32_t step = c->use ? c->use : 1;

    while (part->index < count) {
        long error;

        if (part->index && part->index % ELEMENTS_BETWEEN_CHECKS == 0 && preempt_wanted())
            return hypercall_continue(__HYPERVISOR_grant_table_op, 3,
                                      (uint64_t[]){part->command, part->at.raw, count - part->index});
        part->count = MIN(step, count - part->index);
        error = c->run[wide](v, part);
        if (unlikely(error == -EFAULT))
            return refuse(-EFAULT, REASON_bad_guest_pointer, c->size[wide], part->at.raw, 0);
        if (unlikely(error))
            return error;
        part->index += part->count;
        part->at = gva_add(part->at, (uint64_t)part->count * c->size[wide]);
    }
    return 0;
}

long hypercall_grant_table_op(uint64_t command, uint64_t array, uint64_t count)
{
    struct vcpu *v = current_vcpu();
    struct array_part part = {.command = (uint32_t)command, .at = gva(array)};
    const struct grant_command *c = &commands[command < ARRAY_SIZE(commands) ? command : 0];

    count = (uint32_t)count;
    if (unlikely(count > INT32_MAX))
        return refuse(-EINVAL, REASON_count_too_large, INT32_MAX, count, 0);
    if (unlikely(command >= ARRAY_SIZE(commands) || !c->run[0]))
        return refuse(-ENOSYS, REASON_no_such_subop, ARRAY_SIZE(commands), command, 0);
    if (unlikely(c->use == ONE_ONLY && count != 1))
        return refuse(-EINVAL, REASON_count_too_large, 1, count, 0);
    if (unlikely(!guest_range_ok(part.at, count * c->size[v->domain->width == GUEST_64])))
        return refuse(-EFAULT, REASON_bad_guest_pointer, count, array, 0);
    return run_array(v, c, &part, (uint32_t)count);
}
