// SPDX-License-Identifier: MIT
/*
 * Frames for other frames, of another order or below another address. The work is done in chunks: as many extents of
 * the smaller order as make one of the larger. For each chunk
 *
 *     1  take every input frame from the domain; each must have no use and no reference but the domain's own
 *     2  allocate the output extents
 *     3  free the inputs, number the outputs in the machine-to-physical table and tell the guest
 *
 * Until step 3 all of it can be undone, and is: then the chunk was never touched. nr_exchanged counts input extents of
 * finished chunks and is written back whatever happens.
 */
#include "memory/exchange.h"

#include <abi/memory.h>

#include "core/hypercall.h"
#include "core/why.h"
#include "domain/any_domain.h"
#include "machine/user_copy.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"
#include "memory/reservation.h"

#define END_OF_LIST 0xffffffffu

struct exchange {
    struct reservation in, out;
    uint64_t done; /* input extents */
    gva_t done_at; /* where the guest reads it */
    struct domain *domain;
    unsigned in_per_chunk, out_per_chunk; /* extents, as powers of two */
    unsigned address_bits;
    uint32_t taken; /* frames of this chunk taken from the domain, chained through their records */
};

static int write_done(const struct exchange *x)
{
    return x->in.list.size == 4 ? guest_put32(x->done_at, (uint32_t)x->done)
                                : guest_put64(x->done_at, x->done);
}

static int read_exchange(struct exchange *x, const struct domain *caller, gva_t at)
{
    const bool narrow = caller->width == GUEST_32;
    const size_t one =
        narrow ? sizeof(struct xen_memory_reservation_32) : sizeof(struct xen_memory_reservation_64);
    const size_t tail = narrow ? offsetof(struct xen_memory_exchange_32, nr_exchanged)
                               : offsetof(struct xen_memory_exchange_64, nr_exchanged);

    x->done = 0;
    x->done_at = gva_add(at, tail);
    if (reservation_read(&x->in, caller, at) || reservation_read(&x->out, caller, gva_add(at, one)))
        return -EFAULT;
    if (copy_from_guest(&x->done, x->done_at, narrow ? 4 : 8))
        return refuse(-EFAULT, REASON_bad_guest_pointer, tail, at.raw, 0);
    return 0;
}

static int check(const struct exchange *x, const struct domain *caller)
{
    const unsigned order = MAX(x->in.order, x->out.order), limit = reservation_max_order(caller);
    const uint64_t most = ~0ull >> MIN(order, 63u);

    if (x->in.domid != x->out.domid)
        return refuse(-EINVAL, REASON_exchange_foreign, x->in.domid, x->out.domid, 0);
    if (order > 63 || x->done > x->in.extents || x->in.extents > most || x->out.extents > most ||
        x->in.extents << x->in.order != x->out.extents << x->out.order)
        return refuse(-EINVAL, REASON_exchange_sizes, x->in.extents, x->out.extents, 0);
    if (order > limit)
        return refuse(-EPERM, REASON_extent_order, limit, order, 0);
    return 0;
}

static int prepare(struct exchange *x, struct domain *caller)
{
    int error = any_domain_find(&x->domain, caller, x->in.domid);

    if (error)
        return error;
    if (!frame_numbers_ok(&x->in.list, x->in.extents) || !frame_numbers_ok(&x->out.list, x->out.extents))
        return -EFAULT;
    x->in_per_chunk = x->out.order > x->in.order ? x->out.order - x->in.order : 0;
    x->out_per_chunk = x->in.order > x->out.order ? x->in.order - x->out.order : 0;
    x->address_bits = reservation_address_bits(x->domain, x->out.flags);
    return x->address_bits ? 0 : -EINVAL;
}

/* A taken frame's record is free for a chain and for the number it had. */
static int take_frame(struct exchange *x, mfn_t m)
{
    struct frame *f = frame_get(m, x->domain);
    uint32_t number = f ? m2p_get(m) : 0;

    if (!f)
        return frame_refuse(m, x->domain, -EINVAL);
    if (frame_steal(f, x->domain, 1)) {
        frame_put(f);
        return refuse(-EINVAL, REASON_exchange_frame_in_use, 0, f->refs, m.raw);
    }
    f->prev = number;
    f->next = x->taken;
    x->taken = (uint32_t)m.raw;
    return 0;
}

static struct frame *next_taken(struct exchange *x)
{
    struct frame *f;

    if (x->taken == END_OF_LIST)
        return NULL;
    f = frame_of(mfn(x->taken));
    x->taken = f->next;
    f->next = 0;
    return f;
}

static int take_inputs(struct exchange *x, uint64_t chunk)
{
    for (uint64_t j = 0; j < 1ull << x->in_per_chunk; j++) {
        uint64_t first;
        int error = frame_numbers_read(&x->in.list, (chunk << x->in_per_chunk) + j, &first);

        for (uint64_t k = 0; !error && k < 1ull << x->in.order; k++)
            error = take_frame(x, mfn(first + k));
        if (error)
            return error;
    }
    return 0;
}

static void return_inputs(struct exchange *x)
{
    for (struct frame *f; (f = next_taken(x));) {
        uint32_t number = f->prev;

        f->prev = 0;
        frame_give_back(f, x->domain, number);
        frame_put(f);
    }
}

static void free_inputs(struct exchange *x)
{
    for (struct frame *f; (f = next_taken(x));) {
        f->prev = 0;
        frame_put(f);
    }
}

static void free_extent(mfn_t first, unsigned order)
{
    for (uint64_t i = 0; i < 1ull << order; i++)
        frame_disown(frame_of(mfn_add(first, i)));
}

/* The output extents of a chunk are chained through their first frames' records. */
static uint32_t allocate_outputs(struct exchange *x)
{
    uint32_t list = END_OF_LIST;

    for (uint64_t j = 0; j < 1ull << x->out_per_chunk; j++) {
        mfn_t m = frame_alloc_for(x->domain, x->out.order, x->address_bits);

        if (mfn_equal(m, MFN_NONE)) {
            while (list != END_OF_LIST) {
                m = mfn(list);
                list = frame_of(m)->next;
                frame_of(m)->next = 0;
                free_extent(m, x->out.order);
            }
            refuse(-ENOMEM, REASON_no_free_memory, x->out.order, x->address_bits, 0);
            return END_OF_LIST;
        }
        frame_of(m)->next = list;
        list = (uint32_t)m.raw;
    }
    return list;
}

/* The domain has the frames now, even if it cannot be told about all of them: that is the guest's own doing. */
static int hand_out(struct exchange *x, uint64_t chunk, uint32_t list)
{
    int error = 0;

    for (uint64_t j = 0; list != END_OF_LIST; j++) {
        const uint64_t index = (chunk << x->out_per_chunk) + j;
        mfn_t m = mfn(list);
        uint64_t number;

        list = frame_of(m)->next;
        frame_of(m)->next = 0;
        if (frame_numbers_read(&x->out.list, index, &number)) {
            error = -EFAULT;
            continue;
        }
        for (uint64_t i = 0; i < 1ull << x->out.order; i++)
            m2p_set(mfn_add(m, i), number + i);
        if (frame_numbers_write(&x->out.list, index, m.raw))
            error = -EFAULT;
    }
    return error;
}

static int exchange_chunk(struct exchange *x, uint64_t chunk)
{
    uint32_t outputs;
    int error;

    x->taken = END_OF_LIST;
    error = take_inputs(x, chunk);
    if (error) {
        return_inputs(x);
        return error;
    }
    outputs = allocate_outputs(x);
    if (outputs == END_OF_LIST) {
        return_inputs(x);
        return -ENOMEM;
    }
    free_inputs(x);
    return hand_out(x, chunk, outputs);
}

static long run(struct exchange *x, gva_t at)
{
    const uint64_t chunks = x->in.extents >> x->in_per_chunk, first = x->done >> x->in_per_chunk;

    for (uint64_t i = first; i < chunks; i++) {
        int error;

        if (i != first && preempt_wanted()) {
            if (write_done(x))
                return -EFAULT;
            return hypercall_continue(__HYPERVISOR_memory_op, 2, (uint64_t[]){XENMEM_exchange, at.raw});
        }
        error = exchange_chunk(x, i);
        if (error) {
            refuse_context(XENMEM_exchange, (uint32_t)i);
            return write_done(x) ? -EFAULT : error;
        }
        x->done = (i + 1) << x->in_per_chunk;
    }
    x->done = x->in.extents;
    return write_done(x) ? -EFAULT : 0;
}

long memory_exchange(struct domain *caller, gva_t at)
{
    struct exchange x;
    int error = read_exchange(&x, caller, at);

    if (error)
        return error;
    error = check(&x, caller);
    if (!error)
        error = prepare(&x, caller);
    if (error)
        return write_done(&x) ? -EFAULT : error;
    if (x.done == x.in.extents)
        return 0;
    return run(&x, at);
}
