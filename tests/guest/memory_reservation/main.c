/* SPDX-License-Identifier: MIT */
/*
 * memory_op: increase, decrease, populate. Each returns how many extents it did, whatever stopped it.
 */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define COUNT 40
#define OTHER 17
#define UNMAPPED 0xf0000000

static uint32_t list[COUNT];
static uint32_t pfns[COUNT];

static const uint32_t *machine_to_phys;

static int frames_owned(void)
{
    domid_t self = DOMID_SELF;
    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static int reserve(unsigned int command, uint32_t count, uint32_t order, uint32_t flags)
{
    xen_memory_reservation_t r = {.extent_start = hypercall_address(list),
                                  .nr_extents = count,
                                  .extent_order = order,
                                  .mem_flags = flags,
                                  .domid = DOMID_SELF};
    return hypercall_memory_op(command, &r);
}

/* Takes frames nobody maps out of the kit's pool and lists their mfns. */
static void pick_frames(void)
{
    for (unsigned int i = 0; i < COUNT; i++) {
        pfns[i] = frame_alloc();
        list[i] = pfn_to_mfn(pfns[i]);
    }
}

static void test_down_and_up(void)
{
    int before = frames_owned();

    pick_frames();
    expect_equal(reserve(XENMEM_decrease_reservation, COUNT, 0, 0), COUNT);
    expect_equal(frames_owned(), before - COUNT);
    /* They are not ours any more. */
    expect_equal(reserve(XENMEM_decrease_reservation, COUNT, 0, 0), 0);
    expect(window_open(WINDOW_FREE, list[0], false) == NULL);
    memcpy(list, pfns, sizeof(list));
    expect_equal(reserve(XENMEM_populate_physmap, COUNT, 0, 0), COUNT);
    expect_equal(frames_owned(), before);
    for (unsigned int i = 0; i < COUNT; i++) {
        p2m_set(pfns[i], list[i]);
        expect_equal(mfn_to_pfn(list[i]), pfns[i]);
        uint32_t *view = window_open(WINDOW_FREE, list[i], true);
        expect(view != NULL);
        view[0] = i;
    }
    window_close(WINDOW_FREE);
}

/* A list whose last entry is not a frame of ours: what comes before is done, and only that. */
static void test_partial(void)
{
    int before = frames_owned();

    pick_frames();
    list[5] = 0xfffff000;
    expect_equal(reserve(XENMEM_decrease_reservation, 8, 0, 0), 5);
    expect_reason(REASON_frame_invalid);
    expect_equal(frames_owned(), before - 5);
    /* Entries before the start extent are passed over: the count goes on from there. */
    expect_equal(reserve(XENMEM_decrease_reservation | 6 << 6, 8, 0, 0), 8);
    expect_equal(frames_owned(), before - 7);
    memcpy(list, pfns, sizeof(list));
    list[5] = pfns[6];
    list[6] = pfns[7];
    expect_equal(reserve(XENMEM_populate_physmap, 7, 0, 0), 7);
    for (unsigned int i = 0; i < 7; i++) {
        p2m_set(i < 5 ? pfns[i] : pfns[i + 1], list[i]);
    }
    expect_equal(frames_owned(), before);
}

static void test_orders(void)
{
    int before = frames_owned();

    pick_frames();
    expect_equal(reserve(XENMEM_decrease_reservation, 16, 0, 0), 16);
    list[0] = pfns[0];
    expect_equal(reserve(XENMEM_populate_physmap, 1, 4, 0), 1);
    expect_equal(list[0] % 16, 0);
    for (unsigned int i = 0; i < 16; i++) {
        expect_equal(machine_to_phys[list[0] + i], pfns[0] + i);
    }
    expect_equal(reserve(XENMEM_decrease_reservation, 1, 4, 0), 1);
    expect_equal(frames_owned(), before - 16);
    expect_equal(reserve(XENMEM_increase_reservation, 2, 3, 32), 2);
    expect(list[0] < 0x100000 && list[1] < 0x100000);
    expect_equal(list[0] % 8, 0);
    expect_equal(frames_owned(), before);
    expect_equal(reserve(XENMEM_decrease_reservation, 2, 3, 0), 2);
    memcpy(list, pfns, sizeof(list));
    expect_equal(reserve(XENMEM_populate_physmap, 16, 0, 0), 16);
    for (unsigned int i = 0; i < 16; i++) {
        p2m_set(pfns[i], list[i]);
    }
}

static void test_refusals(void)
{
    int before = frames_owned();
    xen_memory_reservation_t r = {.extent_start = hypercall_address(list),
                                  .nr_extents = 4,
                                  .domid = DOMID_SELF};

    pick_frames();
    /* Refused before anything is done, the answer is the start extent. */
    expect_equal(reserve(XENMEM_decrease_reservation, 4, 19, 0), 0);
    expect_reason(REASON_extent_order);
    expect_equal(reserve(XENMEM_decrease_reservation | 3 << 6, 4, 19, 0), 3);
    expect_equal(reserve(XENMEM_increase_reservation, 1, 0, 12), 0);
    expect_equal(reserve(XENMEM_increase_reservation, 1, 0, 13), 0);
    expect_equal(reserve(XENMEM_populate_physmap, 1, 0, XENMEMF_populate_on_demand), 0);
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, (void *)UNMAPPED), 0);
    expect_reason(REASON_bad_guest_pointer);
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation | 7 << 6, (void *)UNMAPPED), 7);
    r.domid = OTHER;
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0);
    expect_reason(REASON_no_such_domain);
    r.domid = DOMID_SELF;
    r.extent_start = UNMAPPED;
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0);
    r.extent_start = 0xf57ffffc; /* runs into the hypervisor */
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0);
    r.nr_extents = 0x40000000; /* times four is no length at all */
    expect_equal(hypercall_memory_op(XENMEM_decrease_reservation, &r), 0);
    expect_reason(REASON_count_too_large);
    /* Frames that stay the hypervisor's: it would lose the shared page. */
    list[0] = (uint32_t)(boot_info->shared_info >> 12);
    expect_equal(frames_owned(), before);
    if (on_ringlet()) {
        expect_equal(reserve(XENMEM_decrease_reservation, 1, 0, 0), 0);
        expect_reason(REASON_frame_shared_by_hypervisor);
    }
    for (unsigned int i = 0; i < COUNT; i++) {
        frame_free(pfns[i]);
    }
}

/* A frame given back while it is mapped stays alive and ours until the mapping goes. */
static void test_mapped(void)
{
    uint32_t pfn = frame_alloc();
    uint32_t *view = window_open(WINDOW_FREE, pfn_to_mfn(pfn), true);
    int before = frames_owned();

    list[0] = pfn_to_mfn(pfn);
    view[7] = 0x777;
    expect_equal(reserve(XENMEM_decrease_reservation, 1, 0, 0), 1);
    expect_equal(view[7], 0x777);
    expect(frames_owned() == before || frames_owned() == before - 1);
    window_close(WINDOW_FREE);
    expect_equal(frames_owned(), before - 1);
    list[0] = pfn;
    expect_equal(reserve(XENMEM_populate_physmap, 1, 0, 0), 1);
    p2m_set(pfn, list[0]);
}

/* A pinned table given back stays one until it is unpinned. */
static void test_pinned(void)
{
    uint32_t pfn = frame_alloc();
    int before = frames_owned();

    expect_ok(frame_clear(pfn_to_mfn(pfn)));
    expect_ok(table_pin(pfn_to_mfn(pfn), 1));
    list[0] = pfn_to_mfn(pfn);
    expect_equal(reserve(XENMEM_decrease_reservation, 1, 0, 0), 1);
    expect_equal(frames_owned(), before);
    expect_ok(table_unpin(pfn_to_mfn(pfn)));
    expect_equal(frames_owned(), before - 1);
    list[0] = pfn;
    expect_equal(reserve(XENMEM_populate_physmap, 1, 0, 0), 1);
    p2m_set(pfn, list[0]);
}

GUEST_TEST("memory_op: reservations")
{
    xen_machphys_mapping_t mapping;

    expect_ok(frames_init(boot_info));
    expect_ok(hypercall_memory_op(XENMEM_machphys_mapping, &mapping));
    machine_to_phys = (const uint32_t *)mapping.v_start;
    test_down_and_up();
    test_partial();
    test_orders();
    test_refusals();
    test_mapped();
    test_pinned();
}
