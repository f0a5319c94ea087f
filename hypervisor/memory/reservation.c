// SPDX-License-Identifier: MIT
/*
 * The answer is always a count of extents done, never an errno: whatever stops the work leaves the count short. That is
 * the reference's contract, and why each stop records its reason.
 */
#include "memory/reservation.h"

#include "core/hypercall.h"
#include "core/why.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"
#include "memory/frame_alloc.h"
#include "memory/m2p.h"
#include "memory/type_word.h"

/* The reference's limits: for a domain that controls others, and for one that does not. */
#define MAX_ORDER_PRIVILEGED 18u
#define MAX_ORDER_ORDINARY 9u
_Static_assert(MAX_ORDER_PRIVILEGED <= FRAME_MAX_ORDER, "the allocator has such blocks");

#define CHECK_ORDER 4u /* other work is looked for every so many frames, as a power of two */

bool frame_numbers_ok(const struct frame_numbers *list, uint64_t n)
{
    if (likely(n <= UINT32_MAX && guest_range_ok(list->at, n * list->size)))
        return true;
    refuse(-EFAULT, REASON_bad_guest_pointer, n, list->at.raw, 0);
    return false;
}

int frame_numbers_read(const struct frame_numbers *list, uint64_t index, uint64_t *number)
{
    *number = 0;
    if (likely(!copy_from_guest(number, gva_add(list->at, index * list->size), list->size)))
        return 0;
    return refuse(-EFAULT, REASON_bad_guest_pointer, index, list->at.raw, 0);
}

int frame_numbers_write(const struct frame_numbers *list, uint64_t index, uint64_t number)
{
    if (likely(!copy_to_guest(gva_add(list->at, index * list->size), &number, list->size)))
        return 0;
    return refuse(-EFAULT, REASON_bad_guest_pointer_write, index, list->at.raw, 0);
}

int reservation_read(struct reservation *r, const struct domain *caller, gva_t from)
{
    struct xen_memory_reservation_32 narrow;
    struct xen_memory_reservation_64 wide;

    if (caller->width == GUEST_32) {
        if (copy_from_guest(&narrow, from, sizeof(narrow)))
            return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(narrow), from.raw, 0);
        *r = (struct reservation){{gva(narrow.extent_start), 4},
                                  narrow.nr_extents,
                                  narrow.extent_order,
                                  narrow.mem_flags,
                                  narrow.domid};
        return 0;
    }
    if (copy_from_guest(&wide, from, sizeof(wide)))
        return refuse(-EFAULT, REASON_bad_guest_pointer, sizeof(wide), from.raw, 0);
    *r = (struct reservation){
        {gva(wide.extent_start), 8}, wide.nr_extents, wide.extent_order, wide.mem_flags, wide.domid};
    return 0;
}

unsigned reservation_max_order(const struct domain *caller)
{
    return caller->privileged ? MAX_ORDER_PRIVILEGED : MAX_ORDER_ORDINARY;
}

/* Bits of a machine address that the domain's view of the machine-to-physical table covers. */
static unsigned address_bits_covered(const struct domain *d)
{
    const uint64_t covered = m2p_frames() * (PAGE_SIZE / sizeof(uint32_t));
    unsigned bits = PAGE_SHIFT;

    if (d->width == GUEST_64 || covered >= frame_table_frames)
        return 64;
    while (1ull << (bits + 1 - PAGE_SHIFT) <= covered)
        bits++;
    return bits;
}

unsigned reservation_address_bits(const struct domain *d, uint32_t flags)
{
    unsigned asked = XENMEMF_get_address_bits(flags);

    if (asked && asked <= PAGE_SHIFT) {
        refuse(-EINVAL, REASON_no_free_memory, 0, asked, 0);
        return 0;
    }
    return MIN(asked ? asked : 64, address_bits_covered(d));
}

static bool order_ok(const struct reservation *r)
{
    unsigned limit = reservation_max_order(current_vcpu()->domain);

    if (likely(r->order <= limit))
        return true;
    refuse(-EPERM, REASON_extent_order, limit, r->order, 0);
    return false;
}

static bool stop_early(const struct reservation *r, uint64_t i, uint64_t first, bool *preempted)
{
    if (likely(i == first || (i << MIN(r->order, CHECK_ORDER)) % (1u << CHECK_ORDER)))
        return false;
    return *preempted = preempt_wanted();
}

/* An extent for d, or MFN_NONE with the reason recorded. */
static mfn_t extent_alloc(struct domain *d, unsigned order, unsigned address_bits)
{
    mfn_t m = frame_alloc_for(d, order, address_bits);

    if (likely(!mfn_equal(m, MFN_NONE)))
        return m;
    if ((uint64_t)d->pages + (1ull << order) > d->max_pages)
        refuse(-ENOMEM, REASON_over_maximum, d->max_pages, d->pages + (1ull << order), 0);
    else
        refuse(-ENOMEM, REASON_no_free_memory, order, address_bits, 0);
    return MFN_NONE;
}

uint64_t reservation_increase(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted)
{
    const unsigned bits = reservation_address_bits(d, r->flags);
    const uint64_t first = done;

    if (!bits || (r->list.at.raw && !frame_numbers_ok(&r->list, r->extents)) || !order_ok(r))
        return done;
    for (; done < r->extents && !stop_early(r, done, first, preempted); done++) {
        mfn_t m = extent_alloc(d, r->order, bits);

        if (mfn_equal(m, MFN_NONE) || (r->list.at.raw && frame_numbers_write(&r->list, done, m.raw)))
            break;
    }
    return done;
}

uint64_t reservation_populate(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted)
{
    const unsigned bits = reservation_address_bits(d, r->flags);
    const uint64_t first = done;

    if (r->flags & XENMEMF_populate_on_demand) {
        refuse(-EINVAL, REASON_not_translated_guest, 0, XENMEM_populate_physmap, 0);
        return done;
    }
    if (!bits || !frame_numbers_ok(&r->list, r->extents) || !order_ok(r))
        return done;
    for (; done < r->extents && !stop_early(r, done, first, preempted); done++) {
        uint64_t number;
        mfn_t m;

        if (frame_numbers_read(&r->list, done, &number))
            break;
        m = extent_alloc(d, r->order, bits);
        if (mfn_equal(m, MFN_NONE))
            break;
        for (uint64_t i = 0; i < 1ull << r->order; i++)
            m2p_set(mfn_add(m, i), number + i);
        if (frame_numbers_write(&r->list, done, m.raw))
            break;
    }
    return done;
}

/* A frame still mapped or pinned stays the domain's until that ends. 0, or a refusal. */
static int give_up_frame(struct domain *d, mfn_t m)
{
    struct frame *f = frame_get(m, d);
    int error = 0;

    if (!f)
        return frame_refuse(m, d, -ENXIO);
    if (!frame_disown(f))
        error = refuse(-EINVAL, REASON_frame_shared_by_hypervisor, 0, type_of(type_read(f)), m.raw);
    frame_put(f);
    return error;
}

static int give_up_extent(struct domain *d, mfn_t first, unsigned order)
{
    for (uint64_t i = 0; i < 1ull << order; i++) {
        int error = give_up_frame(d, mfn_add(first, i));

        if (error)
            return error;
    }
    return 0;
}

uint64_t reservation_decrease(const struct reservation *r, struct domain *d, uint64_t done, bool *preempted)
{
    const uint64_t first = done;

    if (!frame_numbers_ok(&r->list, r->extents) || !order_ok(r))
        return done;
    for (; done < r->extents && !stop_early(r, done, first, preempted); done++) {
        uint64_t number;

        if (frame_numbers_read(&r->list, done, &number) || give_up_extent(d, mfn(number), r->order))
            break;
    }
    return done;
}
