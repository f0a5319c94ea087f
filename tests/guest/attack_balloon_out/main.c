/* SPDX-License-Identifier: MIT */
/*
 * run-memory: 128 512
 *
 * THE ATTACK: give memory back that is in use, all of it: every free frame, then the frames that the kernel runs in, its stack,
 * its page tables, its root; frames twice, frames that the hypervisor shares, its own, and such as do not exist. Then
 * ask for as much as there was, and for more.
 *
 * WHAT WOULD GO WRONG: a frame that is free while something here maps it becomes another domain's, in full view. Counts
 * that fall below zero read as endless riches. Frames that come back with what another domain had in them tell its
 * secrets.
 *
 * WHAT STOPS IT: giving back drops the allocation's reference, once; a frame is free when no reference is left. Frames that
 * were used are cleared before they are given out. The count of a domain's frames is checked against its maximum.
 *
 * HOW THE TEST KNOWS: the counts of frames, before, at the bottom, and after; the code goes on running in frames it has given
 * back, and no frame that comes is one of those; what comes back is zero and has its number.
 */
#include "attack.h"
#include <guestkit/balloon.h>
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define SAMPLE 97u

static uint32_t precious[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static ringlet_leak_t count_frames(void)
{
    ringlet_leak_t leak = {.domid = DOMID_SELF};

    expect_ok(hypercall_ringlet(RINGLET_leak, &leak));
    return leak;
}

/* Every so many of the free frames get something to remember. */
static void write_samples(void)
{
    uint32_t pfn = p2m_size - 1;

    for (; pfn > p2m_size - 64 * SAMPLE; pfn -= SAMPLE) {
        uint32_t *view = window_open(WINDOW_FREE, pfn_to_mfn(pfn), true);

        expect(view != NULL);
        view[11] = 0x5ec3e7;
        window_close(WINDOW_FREE);
    }
}

static uint32_t wrong_samples(void)
{
    uint32_t wrong = 0, pfn = p2m_size - 1;

    for (; pfn > p2m_size - 64 * SAMPLE; pfn -= SAMPLE) {
        const uint32_t *view = window_open(WINDOW_FREE, pfn_to_mfn(pfn), false);

        wrong += !view || view[11] != 0;
        wrong += mfn_to_pfn(pfn_to_mfn(pfn)) != pfn;
        window_close(WINDOW_FREE);
    }
    return wrong;
}

static void test_down_and_up(void)
{
    ringlet_leak_t before = count_frames(), now;
    uint32_t all = frames_free_count(), given = 0;
    int n;

    write_samples();
    while (given < all && (n = balloon_give(all - given)) > 0) {
        given += (uint32_t)n;
    }
    expect(given > all - 8 && given <= all, "%u of %u frames went", given, all);
    now = count_frames();
    expect_equal(now.owned, before.owned - given);
    expect_equal(now.free, before.free + given);
    expect_equal(now.hypervisor, before.hypervisor);
    expect_equal(balloon_current(), before.owned - given);
    while (given && (n = balloon_take(given)) > 0) {
        given -= (uint32_t)n;
    }
    expect_equal(given, 0);
    now = count_frames();
    expect_equal(now.owned, before.owned);
    expect_equal(now.free, before.free);
    expect_equal(wrong_samples(), 0);
}

static int give(uint32_t mfn, uint32_t order)
{
    xen_memory_reservation_t r = {.extent_start = hypercall_address(&mfn),
                                  .nr_extents = 1,
                                  .extent_order = order,
                                  .domid = DOMID_SELF};

    return memory_op_decrease_reservation(&r);
}

/* What is still in use stays the domain's until it is not: but its own reference can be given up only once. */
static void test_give_what_is_used(void)
{
    ringlet_leak_t before = count_frames();
    uint32_t used[] = {address_to_mfn(precious),
                       page_root_mfn,
                       page_table(precious, 2),
                       page_table(precious, 1),
                       address_to_mfn((void *)(uintptr_t)test_down_and_up),
                       address_to_mfn(&before)};
    unsigned int count = sizeof(used) / sizeof(used[0]);
    uint32_t taken;
    xen_memory_reservation_t take = {.extent_start = hypercall_address(&taken),
                                     .nr_extents = 1,
                                     .domid = DOMID_SELF};

    precious[5] = 0xc0ffee;
    for (unsigned int i = 0; i < count; i++) {
        expect_equal(give(used[i], 0), 1);
        expect_equal(give(used[i], 0), 0);
    }
    expect_equal(count_frames().owned, before.owned);
    expect_equal(count_frames().free, before.free);
    taken = 0;
    expect_equal(memory_op_populate_physmap(&take), 0); /* the domain still has as many as it may */
    expect_equal(precious[5], 0xc0ffee);
    /* They serve as before: a new mapping, a new root, a pin. */
    expect_ok(page_set(precious, pte_make(used[0], PTE_DATA)));
    expect_ok(mmu_extended(MMUEXT_NEW_BASEPTR, page_root_mfn, 0));
    expect_ok(table_pin(used[3], 1));
    expect_ok(table_unpin(used[3]));
    /* The last mapping of one goes, and with it the frame. */
    expect_ok(page_set(precious, 0));
    expect_equal(count_frames().owned, before.owned - 1);
    expect_equal(count_frames().free, before.free + 1);
    expect(page_set(precious, pte_make(used[0], PTE_DATA)) < 0);
    taken = address_to_pfn(precious);
    expect_equal(memory_op_populate_physmap(&take), 1);
    expect_ok(page_set(precious, pte_make(taken, PTE_DATA)));
    expect_equal(precious[5], 0);
    expect_equal(count_frames().owned, before.owned);
}

static void test_give_what_is_not_ours(void)
{
    ringlet_leak_t before = count_frames();
    uint32_t pfn = frame_alloc(), end = (uint32_t)hypercall_memory_op(XENMEM_maximum_ram_page, NULL);

    expect_equal(give((uint32_t)(boot_info->shared_info >> 12), 0), 0);
    expect_reason(REASON_frame_shared_by_hypervisor);
    expect_equal(give(0x100, 0), 0); /* the hypervisor's own code */
    expect_reason(REASON_frame_hypervisor);
    expect_equal(give(0xa0, 0), 0);
    expect_equal(give(end, 0), 0);
    expect_equal(give(0xffffffff, 0), 0);
    expect_reason(REASON_frame_invalid);
    expect_equal(give(pfn_to_mfn(pfn), 31), 0);
    expect_reason(REASON_extent_order);
    expect_equal(give(pfn_to_mfn(pfn), 0xffffffff), 0);
    expect_equal(count_frames().owned, before.owned);
    expect_equal(count_frames().free, before.free);
    frame_free(pfn);
}

GUEST_TEST("all memory is given back and comes again")
{
    expect_ok(frames_init(boot_info));
    test_down_and_up();
    test_give_what_is_not_ours();
    test_give_what_is_used();
}
