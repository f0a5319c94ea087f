/* SPDX-License-Identifier: MIT */
/*
 * run-memory: 128
 *
 * THE ATTACK: use up memory by pins. Every frame that the domain has left becomes a pinned page table; tables with 512 entries
 * that all name one and the same; frames are given back while they are pinned. Then ring 0 is asked for memory of its
 * own until it has none: grant frames, and records of mappings.
 *
 * WHAT WOULD GO WRONG: a pin that costs ring 0 memory lets one domain starve the others. Counts that wrap, or a
 * step that fails half-way without undoing the rest, leave frames that nobody can use again. A frame that is free
 * while it is pinned becomes another domain's while it still is a page table here.
 *
 * WHAT STOPS IT: a pin is a bit and a count in the frame's own record. A frame that was given back lives until its last
 * reference goes. What ring 0 cannot allocate it refuses, with everything as it was.
 *
 * HOW THE TEST KNOWS: the machine's free frames and ring 0's are counted before, at the height, and after: pins change
 * neither; frames given back while pinned become free when they are unpinned, not before. In the end the domain has
 * every frame that it had, and can use it.
 */
#include "attack.h"
#include <abi/domctl.h>
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define MANY 40000u
#define GIVEN 1000u
#define HANDLES 2000u
#define TAKEN 8000u
#define USES_OF_ONE 100u /* of a grant, below what its count can hold */

static uint32_t pfns[MANY], list[GIVEN], taken[TAKEN];
static uint32_t lent[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static grant_handle_t handles[HANDLES];

static ringlet_leak_t count_frames(void)
{
    ringlet_leak_t leak = {.domid = DOMID_SELF};

    expect_ok(hypercall_ringlet(RINGLET_leak, &leak));
    return leak;
}

static void expect_same(ringlet_leak_t found, ringlet_leak_t before)
{
    expect_equal(found.owned, before.owned);
    expect_equal(found.free, before.free);
    expect_equal(found.hypervisor, before.hypervisor);
}

/* An L2 of which every entry names `l1`. */
static bool pin_l2(uint32_t mfn, uint32_t l1)
{
    pte_t *entries = window_open(WINDOW_FREE, mfn, true);

    if (!entries) {
        return false;
    }
    for (unsigned int i = 0; i < 512; i++) {
        entries[i] = pte_make(l1, PTE_TABLE);
    }
    window_close(WINDOW_FREE);
    return table_pin(mfn, 2) == 0;
}

static uint32_t pin_everything(void)
{
    uint32_t pinned = 0, failed = 0;

    while (pinned < MANY) {
        uint32_t pfn = frame_alloc();

        if (pfn == P2M_NONE || page_entry(pfn_to_address(pfn))) { /* the rest is mapped, as ordinary memory */
            break;
        }
        pfns[pinned] = pfn;
        failed += frame_clear(pfn_to_mfn(pfn)) != 0;
        if (pinned % 64 == 1) {
            failed += !pin_l2(pfn_to_mfn(pfn), pfn_to_mfn(pfns[0]));
        } else {
            failed += table_pin(pfn_to_mfn(pfn), 1) != 0;
        }
        pinned++;
    }
    expect_equal(failed, 0);
    expect(pinned > 20000 && pinned < MANY);
    return pinned;
}

static int move(bool back)
{
    xen_memory_reservation_t r = {.extent_start = hypercall_address(list),
                                  .nr_extents = GIVEN,
                                  .domid = DOMID_SELF};

    return back ? memory_op_populate_physmap(&r) : memory_op_decrease_reservation(&r);
}

/* The last of them go back while they are pinned. */
static void test_give_pinned(const uint32_t *last)
{
    ringlet_leak_t before = count_frames(), now;
    uint32_t failed = 0;

    for (unsigned int i = 0; i < GIVEN; i++) {
        list[i] = pfn_to_mfn(last[i]);
    }
    expect_equal(move(false), GIVEN);
    expect_same(count_frames(), before);
    expect_equal(move(false), 0); /* a second time: none is the domain's to give */
    for (unsigned int i = 0; i < GIVEN; i++) {
        failed += table_unpin(list[i]) != 0;
        failed += table_unpin(list[i]) != -XEN_EINVAL;
    }
    expect_equal(failed, 0);
    now = count_frames();
    expect_equal(now.owned, before.owned - GIVEN);
    expect_equal(now.free, before.free + GIVEN);
    for (unsigned int i = 0; i < GIVEN; i++) {
        list[i] = last[i];
    }
    expect_equal(move(true), GIVEN);
    expect_same(count_frames(), before);
    for (unsigned int i = 0; i < GIVEN; i++) {
        p2m_set(last[i], list[i]);
        failed += table_pin(list[i], 1) != 0; /* cleared, so each can be a table */
    }
    expect_equal(failed, 0);
}

static void set_maximum(uint64_t kib)
{
    xen_domctl_t op = {.cmd = XEN_DOMCTL_max_mem,
                       .interface_version = XEN_DOMCTL_INTERFACE_VERSION,
                       .domain = 0,
                       .u.max_mem.max_memkb = kib};

    expect_ok(hypercall_domctl(&op));
}

/* The initial domain takes all that is free; then ring 0 has nothing for grant frames and records of mappings. */
static void test_exhaust_ring_0(void)
{
    ringlet_leak_t before = count_frames();
    static uint32_t numbers[64];
    gnttab_setup_table_t setup = {.dom = DOMID_SELF,
                                  .nr_frames = 64,
                                  .frame_list = hypercall_address(numbers)};
    xen_memory_reservation_t all = {.extent_start = hypercall_address(taken),
                                    .nr_extents = TAKEN,
                                    .domid = DOMID_SELF};
    gnttab_map_grant_ref_t map;
    uint32_t mapped = 0, failed = 0;
    int ref = 0, got;

    set_maximum(1u << 30);
    got = memory_op_populate_physmap(&all);
    expect_reason(REASON_no_free_memory);
    expect_equal(got, before.free);
    expect_equal(count_frames().free, 0);
    expect_ok(hypercall_grant_table_op(GNTTABOP_setup_table, &setup, 1));
    expect_equal(setup.status, GNTST_general_error);
    expect_reason(REASON_out_of_hypervisor_memory);
    for (;;) {
        if (mapped % USES_OF_ONE == 0) {
            ref = grant_access(0, address_to_mfn(lent), true);
        }
        map = (gnttab_map_grant_ref_t){.flags = GNTMAP_device_map | GNTMAP_readonly, .ref = (grant_ref_t)ref};
        expect_ok(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1));
        if (map.status || mapped == HANDLES) {
            break;
        }
        handles[mapped++] = map.handle;
    }
    expect_equal(map.status, GNTST_no_space);
    expect_reason(REASON_grant_handles_exhausted);
    /* What needs no memory of ring 0's works. */
    expect_ok(page_set(lent, page_entry(lent)));
    expect(audit_clean());
    while (mapped) {
        gnttab_unmap_grant_ref_t unmap = {.dev_bus_addr = (uint64_t)address_to_mfn(lent) << 12,
                                          .handle = handles[--mapped]};

        failed += hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1) || unmap.status;
    }
    expect_equal(failed, 0);
    all.nr_extents = (uint32_t)got;
    expect_equal(memory_op_decrease_reservation(&all), got);
    set_maximum((uint64_t)boot_info->nr_pages * 4);
    expect_same(count_frames(), before);
}

GUEST_TEST("memory used up by pins comes back")
{
    ringlet_leak_t before, height;
    uint32_t pinned, failed = 0;

    expect_ok(frames_init(boot_info));
    expect_ok(grants_init());
    expect(window_open(WINDOW_FREE, address_to_mfn(lent), false) != NULL);
    window_close(WINDOW_FREE);
    before = count_frames();
    pinned = pin_everything();
    height = count_frames();
    expect_same(height, before);
    test_give_pinned(&pfns[pinned - GIVEN]);
    test_exhaust_ring_0();
    while (pinned) {
        uint32_t pfn = pfns[--pinned];

        failed += table_unpin(pfn_to_mfn(pfn)) != 0;
        failed += frame_clear(pfn_to_mfn(pfn)) != 0;
        frame_free(pfn);
    }
    expect_equal(failed, 0);
    expect_equal(count_frames().owned, before.owned);
}
