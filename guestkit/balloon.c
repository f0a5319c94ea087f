/* SPDX-License-Identifier: MIT */
#include <guestkit/balloon.h>
#include <guestkit/frames.h>
#include <guestkit/page_tables.h>
#include <guestkit/stubs.h>

/* Where to start looking for a gap: gaps are made from the top of memory downwards. */
static uint32_t next_gap;

static xen_memory_reservation_t one_extent(uint32_t *frame)
{
    return (xen_memory_reservation_t){
        .extent_start = hypercall_address(frame),
        .nr_extents = 1,
        .domid = DOMID_SELF,
    };
}

/* The hypervisor takes a frame back only when nothing maps it. */
static int unmap_linear(uint32_t pfn)
{
    return p2m_is_linear(pfn) ? page_set(pfn_to_address(pfn), 0) : 0;
}

static int map_linear(uint32_t pfn)
{
    return p2m_is_linear(pfn) ? page_set(pfn_to_address(pfn), pte_make(pfn_to_mfn(pfn), PTE_DATA)) : 0;
}

static int give_one(void)
{
    uint32_t pfn = frame_alloc();

    if (pfn == P2M_NONE) {
        return -XEN_ENOMEM;
    }
    uint32_t mfn = pfn_to_mfn(pfn);
    xen_memory_reservation_t reservation = one_extent(&mfn);
    int error = unmap_linear(pfn);
    if (error) {
        goto err_free;
    }
    /* The list must not name a frame that is no longer ours, not even between the two. */
    p2m_set(pfn, P2M_NONE);
    if (memory_op_decrease_reservation(&reservation) != 1) {
        p2m_set(pfn, mfn);
        map_linear(pfn);
        error = -XEN_EBUSY;
        goto err_free;
    }
    if (pfn >= next_gap) {
        next_gap = pfn + 1;
    }
    return 0;

err_free:
    frame_free(pfn);
    return error;
}

static uint32_t find_gap(void)
{
    while (next_gap > 0) {
        if (pfn_to_mfn(next_gap - 1) == P2M_NONE) {
            return next_gap - 1;
        }
        next_gap--;
    }
    return P2M_NONE;
}

static int take_one(void)
{
    uint32_t pfn = find_gap();
    uint32_t frame = pfn; /* in: where it goes; out: what came */
    xen_memory_reservation_t reservation = one_extent(&frame);

    if (pfn == P2M_NONE) {
        return -XEN_ENOSPC;
    }
    if (memory_op_populate_physmap(&reservation) != 1) {
        return -XEN_ENOMEM;
    }
    p2m_set(pfn, frame);
    int error = map_linear(pfn);
    if (!error) {
        frame_free(pfn);
    }
    return error;
}

static int repeat(int (*step)(void), uint32_t count)
{
    for (uint32_t done = 0; done < count; done++) {
        int error = step();
        if (error) {
            return done ? (int)done : error;
        }
    }
    return (int)count;
}

int balloon_give(uint32_t count)
{
    return repeat(give_one, count);
}

int balloon_take(uint32_t count)
{
    return repeat(take_one, count);
}

int balloon_current(void)
{
    domid_t self = DOMID_SELF;

    return memory_op_current_reservation(&self);
}

int balloon_maximum(void)
{
    domid_t self = DOMID_SELF;

    return memory_op_maximum_reservation(&self);
}
