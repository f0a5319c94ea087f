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
    STACK_ARRAY struct grant_unmapping batch[UNMAP_BATCH];
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

#define COPY_END(pointer, from_grant)                                                                        \
    {                                                                                                        \
        (pointer).u.gmfn, (pointer).domid, (pointer).offset, (from_grant)                                    \
    }

/* A reference has 32 bits in either width: of a 64-bit guest's word the rest is not looked at. */
#define DEFINE_COPY(width)                                                                                   \
    static long copy##width(struct vcpu *v, const struct array_part *part)                                   \
    {                                                                                                        \
        struct gnttab_copy_##width op;                                                                       \
                                                                                                             \
        if (unlikely(copy_from_guest(&op, part->at, sizeof(op))))                                            \
            return -EFAULT;                                                                                  \
        const struct copy_request r = {COPY_END(op.source, op.flags & GNTCOPY_source_gref),                  \
                                       COPY_END(op.dest, op.flags & GNTCOPY_dest_gref), op.len};             \
        return give_status(part->at, offsetof(struct gnttab_copy_##width, status),                           \
                           grant_copy(v->domain, &r), part, 0);                                              \
    }

DEFINE_COPY(32)
DEFINE_COPY(64)

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

/* How a command goes through its array: element by element, in batches, or refusing any other length than one. */
enum array_use { EACH, BATCH, ONE_ONLY };

struct grant_command {
    long (*run)(struct vcpu *, const struct array_part *); /* 0 or an errno */
    uint32_t size;
    enum array_use use;
};

#define COMMANDS(width)                                                                                      \
    {                                                                                                        \
        [GNTTABOP_map_grant_ref] = {map, sizeof(struct gnttab_map_grant_ref), EACH},                         \
        [GNTTABOP_unmap_grant_ref] = {unmap, sizeof(struct gnttab_unmap_grant_ref), BATCH},                  \
        [GNTTABOP_setup_table] = {grant_setup_table##width, sizeof(struct gnttab_setup_table_##width),       \
                                  ONE_ONLY},                                                                 \
        [GNTTABOP_transfer] = {transfer##width, sizeof(struct gnttab_transfer_##width), EACH},               \
        [GNTTABOP_copy] = {copy##width, sizeof(struct gnttab_copy_##width), EACH},                           \
        [GNTTABOP_query_size] = {grant_query_size, sizeof(struct gnttab_query_size), ONE_ONLY},              \
        [GNTTABOP_unmap_and_replace] = {unmap_and_replace, sizeof(struct gnttab_unmap_and_replace), BATCH},  \
        [GNTTABOP_set_version] = {grant_set_version, sizeof(struct gnttab_set_version), ONE_ONLY},           \
        [GNTTABOP_get_status_frames] = {grant_get_status_frames##width,                                      \
                                        sizeof(struct gnttab_get_status_frames_##width), ONE_ONLY},          \
        [GNTTABOP_get_version] = {grant_get_version, sizeof(struct gnttab_get_version), ONE_ONLY},           \
        [GNTTABOP_swap_grant_ref] = {swap, sizeof(struct gnttab_swap_grant_ref), EACH},                      \
        [GNTTABOP_cache_flush] = {grant_cache_flush, sizeof(struct gnttab_cache_flush), EACH},               \
    }

#define COMMAND_COUNT (GNTTABOP_cache_flush + 1)
static const struct grant_command commands32[COMMAND_COUNT] = COMMANDS(32);
static const struct grant_command commands64[COMMAND_COUNT] = COMMANDS(64);

static long run_array(struct vcpu *v, const struct grant_command *c, struct array_part *part, uint32_t count)
{
    const uint32_t step = c->use == BATCH ? UNMAP_BATCH : 1;

    for (;;) {
        long error;

        part->count = MIN(step, count - part->index);
        error = c->run(v, part);
        if (unlikely(error == -EFAULT))
            return refuse(-EFAULT, REASON_bad_guest_pointer, c->size, part->at.raw, 0);
        part->index += part->count;
        if (likely(error || part->index >= count))
            return error;
        part->at = gva_add(part->at, (uint64_t)part->count * c->size);
        if (unlikely(part->index % ELEMENTS_BETWEEN_CHECKS == 0) && preempt_wanted())
            return hypercall_continue(__HYPERVISOR_grant_table_op, 3,
                                      (uint64_t[]){part->command, part->at.raw, count - part->index});
    }
}

long hypercall_grant_table_op(uint64_t command, uint64_t array, uint64_t count)
{
    struct vcpu *v = current_vcpu();
    struct array_part part = {.command = (uint32_t)command, .at = gva(array)};
    const struct grant_command *c;

    count = (uint32_t)count;
    if (unlikely(count > INT32_MAX))
        return refuse(-EINVAL, REASON_count_too_large, INT32_MAX, count, 0);
    c = command >= COMMAND_COUNT ? NULL : &(v->domain->width == GUEST_32 ? commands32 : commands64)[command];
    if (unlikely(!c || !c->run))
        return refuse(-ENOSYS, REASON_no_such_subop, COMMAND_COUNT, command, 0);
    if (unlikely(c->use == ONE_ONLY && count != 1))
        return refuse(-EINVAL, REASON_count_too_large, 1, count, 0);
    if (unlikely(!guest_range_ok(part.at, count * c->size)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, count, array, 0);
    return likely(count) ? run_array(v, c, &part, (uint32_t)count) : 0;
}
