/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: XENMEM_exchange with lists that lie. One frame twice, in one chunk and across chunks; large extents that
 * overlap; extents that reach past the end of memory or wrap; frames that are a page table, the root in use, lent, or
 * mapped. And lists that are each other's memory: results written over the inputs still to be read, over
 * the structure itself, and to a page that cannot be written.
 *
 * WHAT WOULD GO WRONG: a frame given back twice is in two hands: whoever gets it next shares it with somebody. A frame
 * taken while it is mapped stays in reach when it is another domain's. A frame neither taken nor returned is lost, and
 * a domain can lose them until the machine has none.
 *
 * WHAT STOPS IT: frames are taken one by one, each only while the domain owns it and nobody else refers to it; what was taken
 * belongs to nobody, so that a second mention fails; a chunk that fails gives all of its frames back with their numbers
 * before the next list entry is looked at. The list is read entry by entry, and each only counts as what it is then.
 *
 * HOW THE TEST KNOWS: errno, reason and nr_exchanged of each; the domain has as many frames as before; those of a failed
 * chunk still have their number in the machine-to-physical table and can be mapped. The auditor counts at the end.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define COUNT 16u

static uint32_t in[COUNT], out[COUNT], pfns[COUNT], mfns[COUNT];
static uint32_t read_only[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static xen_memory_exchange_t exchange;

static int frames_owned(void)
{
    domid_t self = DOMID_SELF;
    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static int run(uint32_t in_count, uint32_t in_order, uint32_t out_count, uint32_t out_order)
{
    exchange = (xen_memory_exchange_t){.in = {.extent_start = hypercall_address(in),
                                              .nr_extents = in_count,
                                              .extent_order = in_order,
                                              .domid = DOMID_SELF},
                                       .out = {.extent_start = hypercall_address(out),
                                               .nr_extents = out_count,
                                               .extent_order = out_order,
                                               .domid = DOMID_SELF}};
    return hypercall_memory_op(XENMEM_exchange, &exchange);
}

static void fresh(void)
{
    for (unsigned int i = 0; i < COUNT; i++) {
        pfns[i] = frame_alloc();
        in[i] = mfns[i] = pfn_to_mfn(pfns[i]);
        out[i] = pfns[i];
    }
}

/* Frames [from, COUNT) of the lists are where they were, and usable. */
static void expect_kept(unsigned int from)
{
    for (unsigned int i = from; i < COUNT; i++) {
        uint32_t *view = window_open(WINDOW_FREE, mfns[i], true);

        expect(view != NULL, "frame %x is lost", mfns[i]);
        if (view) {
            view[0] = i;
        }
        window_close(WINDOW_FREE);
        expect_equal(mfn_to_pfn(mfns[i]), pfns[i]);
    }
}

/* The frames that the first `done` entries became are ours; the guest's list is brought up to date. */
static void accept(unsigned int done)
{
    for (unsigned int i = 0; i < done; i++) {
        p2m_set(pfns[i], out[i]);
        expect_equal(mfn_to_pfn(out[i]), pfns[i]);
    }
    for (unsigned int i = 0; i < COUNT; i++) {
        frame_free(pfns[i]);
    }
}

static void test_duplicates(void)
{
    int before = frames_owned(), result;

    fresh();
    in[1] = in[0]; /* in one chunk */
    expect_refused(run(COUNT, 0, 1, 4), -XEN_EINVAL, REASON_frame_free);
    expect_equal(exchange.nr_exchanged, 0);
    expect_kept(0);
    in[1] = mfns[1];
    /* In chunks of one, frame 0 is gone when it is named again; unless it came back as the new frame of another entry. */
    in[3] = in[0];
    result = run(COUNT, 0, COUNT, 0);
    expect_equal(frames_owned(), before);
    if (result) {
        expect_errno(result, -XEN_EINVAL);
        expect_equal(exchange.nr_exchanged, 3);
        expect_kept(3);
    }
    for (unsigned int i = 0; i < exchange.nr_exchanged; i++) {
        if (i < 3 && !result && out[i] == mfns[0]) { /* that one went again, and frame 3 did not */
            out[i] = mfns[3];
            expect_ok(table_update((uint64_t)mfns[3] << 12, MMU_MACHPHYS_UPDATE, pfns[i]));
        }
    }
    accept(exchange.nr_exchanged);
}

/* Extents of four frames that share two, and such as no memory has. */
static void test_overlapping_extents(void)
{
    int before = frames_owned();
    uint32_t first;

    fresh();
    expect_ok(run(COUNT, 0, 1, 4));
    first = out[0];
    for (unsigned int i = 0; i < COUNT; i++) {
        p2m_set(pfns[i], mfns[i] = first + i);
        expect_ok(table_update((uint64_t)mfns[i] << 12, MMU_MACHPHYS_UPDATE, pfns[i]));
    }
    in[0] = first;
    in[1] = first + 2;
    in[2] = first + 4;
    in[3] = first + 8;
    out[0] = pfns[0];
    expect_refused(run(4, 2, 1, 4), -XEN_EINVAL, REASON_frame_free);
    expect_equal(exchange.nr_exchanged, 0);
    expect_kept(0);
    in[1] = 0xfffffffe; /* the frames after it have no 32-bit number */
    expect_refused(run(4, 2, 1, 4), -XEN_EINVAL, REASON_frame_invalid);
    expect_kept(0);
    in[0] = (uint32_t)hypercall_memory_op(XENMEM_maximum_ram_page, NULL) - 1;
    expect(run(1, 4, COUNT, 0) < 0);
    expect_equal(frames_owned(), before);
    for (unsigned int i = 0; i < COUNT; i++) {
        frame_free(pfns[i]);
    }
}

/* The last of the chunk is in use in some way: the others must all come back. */
static void expect_in_use(uint32_t mfn)
{
    in[COUNT - 1] = mfn;
    expect_refused(run(COUNT, 0, 1, 4), -XEN_EINVAL, REASON_exchange_frame_in_use);
    expect_equal(exchange.nr_exchanged, 0);
    expect_kept(0);
}

static void test_used_frames(void)
{
    int before = frames_owned(), ref;
    grant_handle_t handle;
    uint32_t table = table_alloc();

    fresh();
    expect_in_use(page_root_mfn);
    expect_in_use(page_table(in, 1));
    expect_in_use(address_to_mfn(in));
    expect_ok(table_pin(table, 1));
    expect_in_use(table);
    expect_ok(table_unpin(table));
    expect_ok(table_free(table));
    /* Lent, and mapped for a device alone: no page table shows it. */
    ref = grant_access(0, mfns[COUNT - 1], true);
    gnttab_map_grant_ref_t map = {.flags = GNTMAP_device_map | GNTMAP_readonly, .ref = (grant_ref_t)ref};
    expect_ok(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &map, 1));
    expect_equal(map.status, GNTST_okay);
    handle = map.handle;
    expect_in_use(mfns[COUNT - 1]);
    gnttab_unmap_grant_ref_t unmap = {.dev_bus_addr = map.dev_bus_addr, .handle = handle};
    expect_ok(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &unmap, 1));
    expect_equal(unmap.status, GNTST_okay);
    expect(grant_end((grant_ref_t)ref));
    expect_equal(frames_owned(), before);
    accept(0);
}

/* Results go over inputs not read yet, and over the structure. */
static void test_lists_that_overlap(void)
{
    int before = frames_owned();

    fresh();
    memcpy(out, in, sizeof(in));
    exchange = (xen_memory_exchange_t){
        .in = {.extent_start = hypercall_address(in), .nr_extents = COUNT, .domid = DOMID_SELF},
        .out = {.extent_start = hypercall_address(in + 1), .nr_extents = COUNT - 1, .domid = DOMID_SELF}};
    exchange.in.nr_extents = COUNT - 1;
    /* The new frame of the first entry is named by the second, and so on: each is taken again. */
    expect(hypercall_memory_op(XENMEM_exchange, &exchange) <= 0);
    expect_equal(frames_owned(), before);
    expect(exchange.nr_exchanged <= COUNT - 1);
    uint32_t last = in[exchange.nr_exchanged];
    if (exchange.nr_exchanged) {
        expect(window_open(WINDOW_FREE, last, true) != NULL);
        window_close(WINDOW_FREE);
        p2m_set(pfns[0], last);
        expect_ok(table_update((uint64_t)last << 12, MMU_MACHPHYS_UPDATE, pfns[0]));
    }
    accept(0);

    fresh();
    exchange = (xen_memory_exchange_t){
        .in = {.extent_start = hypercall_address(in), .nr_extents = 3, .domid = DOMID_SELF},
        .out = {.extent_start = hypercall_address(&exchange), .nr_extents = 3, .domid = DOMID_SELF}};
    expect_ok(hypercall_memory_op(XENMEM_exchange, &exchange));
    memcpy(out, &exchange, 3 * sizeof(out[0]));
    expect_equal(exchange.nr_exchanged, 3);
    expect_equal(frames_owned(), before);
    for (unsigned int i = 0; i < 3; i++) { /* the numbers were what stood in the structure */
        expect_ok(table_update((uint64_t)out[i] << 12, MMU_MACHPHYS_UPDATE, pfns[i]));
    }
    accept(3);
}

/* Nothing can be told: the new frames are the domain's all the same, and it has lost none. */
static void test_results_nowhere(void)
{
    int before = frames_owned();

    fresh();
    memcpy(read_only, pfns, sizeof(pfns));
    expect_ok(page_protect(read_only, PTE_READ));
    exchange = (xen_memory_exchange_t){
        .in = {.extent_start = hypercall_address(in), .nr_extents = 1, .domid = DOMID_SELF},
        .out = {.extent_start = hypercall_address(read_only), .nr_extents = 1, .domid = DOMID_SELF}};
    expect_refused(hypercall_memory_op(XENMEM_exchange, &exchange), -XEN_EFAULT,
                   REASON_bad_guest_pointer_write);
    expect_equal(exchange.nr_exchanged, 0);
    expect_equal(frames_owned(), before);
    expect_kept(1);
    expect_ok(page_protect(read_only, PTE_DATA));
}

GUEST_TEST("frames are exchanged by lists that lie")
{
    expect_ok(frames_init(boot_info));
    expect_ok(grants_init());
    test_duplicates();
    test_overlapping_extents();
    test_used_frames();
    test_lists_that_overlap();
    test_results_nowhere();
}
