/* SPDX-License-Identifier: MIT */
/*
 * memory_op: exchange. Frames for contiguous ones and back, below an address; a refusal leaves everything as it was.
 */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define ORDER 4
#define COUNT (1u << ORDER)
#define OTHER 17

static uint32_t in[COUNT * 4];
static uint32_t out[COUNT * 4];
static uint32_t pfns[COUNT];
static xen_memory_exchange_t exchange;

static const uint32_t *machine_to_phys;

static int frames_owned(void)
{
    domid_t self = DOMID_SELF;
    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static void prepare(uint32_t in_count, uint32_t in_order, uint32_t out_count, uint32_t out_order,
                    uint32_t bits)
{
    exchange = (xen_memory_exchange_t){
        .in = {.extent_start = hypercall_address(in),
               .nr_extents = in_count,
               .extent_order = in_order,
               .domid = DOMID_SELF},
        .out = {.extent_start = hypercall_address(out),
                .nr_extents = out_count,
                .extent_order = out_order,
                .mem_flags = bits,
                .domid = DOMID_SELF},
    };
}

static void pick_frames(void)
{
    for (unsigned int i = 0; i < COUNT; i++) {
        pfns[i] = frame_alloc();
        in[i] = pfn_to_mfn(pfns[i]);
    }
}

static int run(void)
{
    return hypercall_memory_op(XENMEM_exchange, &exchange);
}

/* Single frames for one contiguous extent, then that for single frames again. */
static void test_there_and_back(void)
{
    int before = frames_owned();
    uint32_t first;

    pick_frames();
    prepare(COUNT, 0, 1, ORDER, 31);
    out[0] = pfns[0];
    expect_ok(run());
    expect_equal(exchange.nr_exchanged, COUNT);
    first = out[0];
    expect_equal(first % COUNT, 0);
    expect(first < 0x80000);
    for (unsigned int i = 0; i < COUNT; i++) {
        expect_equal(machine_to_phys[first + i], pfns[0] + i);
    }
    expect(window_open(WINDOW_FREE, in[0], false) == NULL || (in[0] >= first && in[0] < first + COUNT));
    expect_equal(frames_owned(), before);

    prepare(1, ORDER, COUNT, 0, 0);
    in[0] = first;
    memcpy(out, pfns, sizeof(pfns));
    expect_ok(run());
    expect_equal(exchange.nr_exchanged, 1);
    for (unsigned int i = 0; i < COUNT; i++) {
        p2m_set(pfns[i], out[i]);
        expect_equal(mfn_to_pfn(out[i]), pfns[i]);
    }
    expect_equal(frames_owned(), before);
    /* Done already: nothing happens. */
    expect_ok(run());
}

static void expect_unchanged(int result, int error, uint32_t reason, uint32_t done)
{
    expect_errno(result, error);
    if (reason) {
        expect_reason(reason);
    }
    expect_equal(exchange.nr_exchanged, done);
    for (unsigned int i = 0; i < COUNT; i++) {
        expect_equal(mfn_to_pfn(pfn_to_mfn(pfns[i])), pfns[i]);
    }
}

static void test_refusals(void)
{
    int before = frames_owned();

    pick_frames();
    memcpy(out, pfns, sizeof(pfns));
    prepare(COUNT, 0, COUNT - 1, 0, 0);
    expect_unchanged(run(), -XEN_EINVAL, REASON_exchange_sizes, 0);
    prepare(COUNT, 0, 1, 19, 0);
    expect_unchanged(run(), -XEN_EINVAL, REASON_exchange_sizes, 0);
    prepare(1, 19, 1, 19, 0);
    expect_unchanged(run(), -XEN_EPERM, REASON_extent_order, 0);
    prepare(COUNT, 0, COUNT, 0, 0);
    exchange.out.domid = OTHER;
    expect_unchanged(run(), -XEN_EINVAL, REASON_exchange_foreign, 0);
    exchange.in.domid = OTHER;
    expect_unchanged(run(), -XEN_ESRCH, REASON_no_such_domain, 0);
    prepare(COUNT, 0, COUNT, 0, 0);
    exchange.nr_exchanged = COUNT + 1;
    expect_unchanged(run(), -XEN_EINVAL, REASON_exchange_sizes, COUNT + 1);
    prepare(0x80000000, 0, 0x80000000, 0, 0);
    expect_unchanged(run(), -XEN_EFAULT, 0, 0);
    expect_errno(hypercall_memory_op(XENMEM_exchange, (void *)0xf0000000), -XEN_EFAULT);

    /* A list that cannot be read, and one that ends in a frame which is not ours. */
    prepare(COUNT, 0, 1, ORDER, 0);
    exchange.in.extent_start = 0xf0000000;
    expect_unchanged(run(), -XEN_EFAULT, REASON_bad_guest_pointer, 0);
    prepare(COUNT, 0, 1, ORDER, 0);
    in[COUNT - 1] = 0xfffff000;
    expect_unchanged(run(), -XEN_EINVAL, REASON_frame_invalid, 0);
    /* The same frame twice. */
    in[COUNT - 1] = in[0];
    expect_unchanged(run(), -XEN_EINVAL, REASON_frame_free, 0);
    /* Mapped somewhere. */
    in[COUNT - 1] = pfn_to_mfn(pfns[COUNT - 1]);
    expect(window_open(WINDOW_FREE, in[COUNT - 1], false) != NULL);
    expect_unchanged(run(), -XEN_EINVAL, REASON_exchange_frame_in_use, 0);
    window_close(WINDOW_FREE);
    /* No such memory: below 8 KiB. */
    prepare(COUNT, 0, COUNT, 0, 13);
    expect_unchanged(run(), -XEN_ENOMEM, REASON_no_free_memory, 0);
    expect_equal(frames_owned(), before);
    for (unsigned int i = 0; i < COUNT; i++) {
        frame_free(pfns[i]);
    }
}

/* What was done before the first bad chunk stays done and is counted. */
static void test_partial(void)
{
    if (!on_ringlet()) {
        return; /* the reference forgets to tell a 32-bit guest */
    }
    pick_frames();
    prepare(COUNT, 0, COUNT / 4, 2, 0);
    in[9] = 0xfffff000;
    for (unsigned int i = 0; i < COUNT / 4; i++) {
        out[i] = pfns[i * 4];
    }
    expect_errno(run(), -XEN_EINVAL);
    expect_equal(exchange.nr_exchanged, 8);
    in[9] = pfn_to_mfn(pfns[9]);
    /* It goes on where it stopped. */
    expect_ok(run());
    expect_equal(exchange.nr_exchanged, COUNT);
    for (unsigned int i = 0; i < COUNT; i++) {
        p2m_set(pfns[i], out[i / 4] + i % 4);
    }
}

GUEST_TEST("memory_op: exchange")
{
    xen_machphys_mapping_t mapping;

    expect_ok(frames_init(boot_info));
    expect_ok(hypercall_memory_op(XENMEM_machphys_mapping, &mapping));
    machine_to_phys = (const uint32_t *)mapping.v_start;
    test_there_and_back();
    test_refusals();
    test_partial();
}
