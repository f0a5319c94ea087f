// SPDX-License-Identifier: MIT
/* memory_op: reservations and exchange, where preemption, exhaustion and other domains come in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/memory.h>
#include <abi/ringlet.h>

#include "boot/boot_info.h"
#include "core/errno.h"
#include "fake_tables.h"
#include "memory/hypercalls.h"
#include "memory/m2p.h"

#define FRAMES 2048u
#define ARG FAKE_GUEST_BASE
#define LIST_AT 0x1000u
#define OUT_AT 0x2000u

static struct domain *d, *other;
static struct fake_tables t;

static uint32_t *list(unsigned offset)
{
    return (uint32_t *)(void *)(fake_guest + offset);
}

static int start(void **state)
{
    fake_machine_start(FRAMES);
    d = fake_domain(1, false);
    other = fake_domain(2, false);
    t = fake_tables_running(d);
    memset(&fake_refusal, 0, sizeof(fake_refusal));
    return 0;
}

static int end(void **state)
{
    unsigned differences = fake_differences();

    if (differences)
        print_error("audit: %u differences\n", differences);
    fake_machine_end();
    return differences != 0;
}

static long reserve(unsigned command, uint32_t count, unsigned order, domid_t domid)
{
    struct xen_memory_reservation_32 r = {.extent_start = ARG + LIST_AT,
                                          .nr_extents = count,
                                          .extent_order = order,
                                          .domid = domid};

    memcpy(fake_guest, &r, sizeof(r));
    return hypercall_memory_op(command, ARG);
}

static void populates_and_gives_back(void **state)
{
    uint32_t pages = d->pages;
    uint64_t free = frame_free_count();

    for (unsigned i = 0; i < 10; i++)
        list(LIST_AT)[i] = 100 + 2 * i;
    assert_int_equal(reserve(XENMEM_populate_physmap, 10, 1, DOMID_SELF), 10);
    assert_int_equal(d->pages, pages + 20);
    for (unsigned i = 0; i < 10; i++) {
        assert_int_equal(list(LIST_AT)[i] % 2, 0);
        assert_int_equal(m2p_get(mfn(list(LIST_AT)[i])), 100 + 2 * i);
        assert_int_equal(m2p_get(mfn(list(LIST_AT)[i] + 1)), 101 + 2 * i);
    }
    assert_int_equal(reserve(XENMEM_decrease_reservation, 10, 1, DOMID_SELF), 10);
    assert_int_equal(d->pages, pages);
    assert_int_equal(frame_free_count(), free);
}

/* The command word carries how far the call got. */
static void is_preempted(void **state)
{
    fake_preempt_after = 1;
    assert_int_equal(reserve(XENMEM_increase_reservation, 100, 0, DOMID_SELF), __HYPERVISOR_memory_op);
    assert_int_equal(fake_continuation.count, 1);
    assert_int_equal(fake_continuation.args[0], XENMEM_increase_reservation | 32 << 6);
    assert_int_equal(fake_continuation.args[1], ARG);
    fake_preempt_after = -1;
    assert_int_equal(hypercall_memory_op(fake_continuation.args[0], ARG), 100);
}

/* Large extents take longer: work that waits is looked for as often as for as many single frames. */
static void is_preempted_by_frames(void **state)
{
    fake_preempt_after = 0;
    assert_int_equal(reserve(XENMEM_increase_reservation, 10, 3, DOMID_SELF), __HYPERVISOR_memory_op);
    assert_int_equal(fake_continuation.args[0], XENMEM_increase_reservation | 2 << 6);
    fake_preempt_after = 0;
    assert_int_equal(reserve(XENMEM_increase_reservation, 10, 6, DOMID_SELF), __HYPERVISOR_memory_op);
    assert_int_equal(fake_continuation.args[0], XENMEM_increase_reservation | 1 << 6);
}

/* A map that cannot be read whole changes nothing, be it the first one or a later. */
static void keeps_a_map_when_a_new_one_cannot_be_read(void **state)
{
    struct xen_foreign_memory_map_32 *set = (void *)fake_guest;
    struct xen_memory_map_32 *get = (void *)(fake_guest + OUT_AT);
    struct e820_entry *entries = (void *)(fake_guest + LIST_AT);
    uint64_t free = frame_free_count();

    *set = (struct xen_foreign_memory_map_32){.domid = DOMID_SELF,
                                              .map = {.nr_entries = 2,
                                                      .buffer = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 30}};
    *get = (struct xen_memory_map_32){.nr_entries = 4, .buffer = ARG + LIST_AT};
    assert_int_equal(hypercall_memory_op(XENMEM_set_memory_map, ARG), -EFAULT);
    assert_int_equal(hypercall_memory_op(XENMEM_memory_map, ARG + OUT_AT), -ENOSYS);
    assert_int_equal(frame_free_count(), free);
    entries[0] = (struct e820_entry){.addr = 0x1000, .size = 0x5000, .type = 1};
    set->map.nr_entries = 1;
    set->map.buffer = ARG + LIST_AT;
    assert_int_equal(hypercall_memory_op(XENMEM_set_memory_map, ARG), 0);
    set->map.nr_entries = 2;
    set->map.buffer = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 30;
    assert_int_equal(hypercall_memory_op(XENMEM_set_memory_map, ARG), -EFAULT);
    entries[0].addr = 0;
    assert_int_equal(hypercall_memory_op(XENMEM_memory_map, ARG + OUT_AT), 0);
    assert_int_equal(get->nr_entries, 1);
    assert_int_equal(entries[0].addr, 0x1000);
    assert_int_equal(frame_free_count(), free - 1);
}

static void stops_at_the_maximum(void **state)
{
    d->max_pages = d->pages + 3;
    assert_int_equal(reserve(XENMEM_increase_reservation, 5, 0, DOMID_SELF), 3);
    assert_int_equal(fake_refusal.reason, REASON_over_maximum);
    assert_int_equal(fake_refusal.index, 3);
    assert_int_equal(d->pages, d->max_pages);
}

static void stops_when_memory_ends(void **state)
{
    uint64_t free = frame_free_count();

    assert_in_range(reserve(XENMEM_increase_reservation, 1000, 9, DOMID_SELF), 1, 3);
    assert_int_equal(fake_refusal.reason, REASON_no_free_memory);
    assert_true(frame_free_count() < free);
}

/* Another domain's memory is its own business, or a privileged domain's. */
static void guards_other_domains(void **state)
{
    domid_t id = 2;
    uint32_t pages = other->pages;

    assert_int_equal(reserve(XENMEM_increase_reservation, 1, 0, 2), 0);
    assert_int_equal(fake_refusal.reason, REASON_not_privileged);
    memcpy(fake_guest, &id, sizeof(id));
    assert_int_equal(hypercall_memory_op(XENMEM_current_reservation, ARG), -EPERM);
    list(LIST_AT)[0] = (uint32_t)fake_frame(other).raw;
    assert_int_equal(reserve(XENMEM_decrease_reservation, 1, 0, DOMID_SELF), 0);
    assert_int_equal(fake_refusal.reason, REASON_frame_foreign);
    d->privileged = true;
    assert_int_equal(reserve(XENMEM_increase_reservation, 2, 0, 2), 2);
    assert_int_equal(other->pages, pages + 3);
    assert_int_equal(reserve(XENMEM_increase_reservation, 1, 0, 3), 0);
    assert_int_equal(fake_refusal.reason, REASON_no_such_domain);
    assert_int_equal(hypercall_memory_op(XENMEM_machine_memory_map, 0x7000), -EFAULT);
    d->privileged = false;
    assert_int_equal(hypercall_memory_op(XENMEM_machine_memory_map, 0x7000), -EPERM);
}

/* ---- exchange ---- */

static struct xen_memory_exchange_32 *exchange(uint32_t in, unsigned in_order, uint32_t out,
                                               unsigned out_order)
{
    struct xen_memory_exchange_32 *x = (void *)fake_guest;

    *x = (struct xen_memory_exchange_32){
        .in = {.extent_start = ARG + LIST_AT,
               .nr_extents = in,
               .extent_order = in_order,
               .domid = DOMID_SELF},
        .out = {.extent_start = ARG + OUT_AT,
                .nr_extents = out,
                .extent_order = out_order,
                .domid = DOMID_SELF},
    };
    return x;
}

static void give_frames(unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        mfn_t m = fake_frame(d);

        list(LIST_AT)[i] = (uint32_t)m.raw;
        m2p_set(m, 500 + i);
        list(OUT_AT)[i] = 500 + i;
    }
}

static void expect_as_before(unsigned count, uint32_t pages)
{
    assert_int_equal(d->pages, pages);
    for (unsigned i = 0; i < count; i++) {
        mfn_t m = mfn(list(LIST_AT)[i]);

        assert_int_equal(frame_of(m)->owner, d->id);
        assert_int_equal(frame_of(m)->refs, 1);
        assert_int_equal(m2p_get(m), 500 + i);
    }
}

static void exchanges(void **state)
{
    struct xen_memory_exchange_32 *x;
    uint64_t free;
    uint32_t pages;

    give_frames(16);
    pages = d->pages;
    free = frame_free_count();
    x = exchange(16, 0, 4, 2);
    for (unsigned i = 0; i < 4; i++)
        list(OUT_AT)[i] = 600 + 4 * i;
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), 0);
    assert_int_equal(x->nr_exchanged, 16);
    assert_int_equal(d->pages, pages);
    assert_int_equal(frame_free_count(), free);
    for (unsigned i = 0; i < 16; i++)
        assert_int_equal(m2p_get(mfn(list(OUT_AT)[i / 4] + i % 4)), 600 + i);
}

/* With no memory for the new extent, every frame taken goes back with its number. */
static void undoes_a_chunk(void **state)
{
    struct xen_memory_exchange_32 *x;
    uint32_t pages;

    give_frames(4);
    while (!mfn_equal(frame_alloc_for(d, 2, 0), MFN_NONE))
        ;
    pages = d->pages;
    x = exchange(4, 0, 1, 2);
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), -ENOMEM);
    assert_int_equal(fake_refusal.reason, REASON_no_free_memory);
    assert_int_equal(x->nr_exchanged, 0);
    expect_as_before(4, pages);
    list(LIST_AT)[3] = (uint32_t)t.data.raw; /* mapped */
    x = exchange(4, 0, 4, 0);
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), -EINVAL);
    assert_int_equal(fake_refusal.reason, REASON_exchange_frame_in_use);
    /* Single frames are chunks of their own: three were done. */
    assert_int_equal(x->nr_exchanged, 3);
    assert_int_equal(d->pages, pages);
}

/* So too when a toolstack has set the maximum below what the domain has. */
static void undoes_a_chunk_over_the_maximum(void **state)
{
    uint32_t pages;

    give_frames(4);
    pages = d->pages;
    d->max_pages = pages - 2;
    list(LIST_AT)[3] = list(LIST_AT)[1]; /* the same twice */
    exchange(4, 0, 1, 2);
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), -EINVAL);
    expect_as_before(3, pages);
}

static void continues_an_exchange(void **state)
{
    struct xen_memory_exchange_32 *x;

    give_frames(16);
    x = exchange(16, 0, 16, 0);
    fake_preempt_after = 4;
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), __HYPERVISOR_memory_op);
    assert_int_equal(x->nr_exchanged, 5);
    fake_preempt_after = -1;
    assert_int_equal(hypercall_memory_op(fake_continuation.args[0], fake_continuation.args[1]), 0);
    assert_int_equal(x->nr_exchanged, 16);
}

/* The list of results is read-only to the guest: the frames are its own all the same. */
static void loses_no_frame(void **state)
{
    struct xen_memory_exchange_32 *x;
    uint32_t pages;

    give_frames(4);
    pages = d->pages;
    x = exchange(4, 0, 1, 2);
    x->out.extent_start = 0x7000; /* nothing there */
    assert_int_equal(hypercall_memory_op(XENMEM_exchange, ARG), -EFAULT);
    assert_int_equal(d->pages, pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(populates_and_gives_back, start, end),
        cmocka_unit_test_setup_teardown(is_preempted, start, end),
        cmocka_unit_test_setup_teardown(is_preempted_by_frames, start, end),
        cmocka_unit_test_setup_teardown(keeps_a_map_when_a_new_one_cannot_be_read, start, end),
        cmocka_unit_test_setup_teardown(stops_at_the_maximum, start, end),
        cmocka_unit_test_setup_teardown(stops_when_memory_ends, start, end),
        cmocka_unit_test_setup_teardown(guards_other_domains, start, end),
        cmocka_unit_test_setup_teardown(exchanges, start, end),
        cmocka_unit_test_setup_teardown(undoes_a_chunk, start, end),
        cmocka_unit_test_setup_teardown(undoes_a_chunk_over_the_maximum, start, end),
        cmocka_unit_test_setup_teardown(continues_an_exchange, start, end),
        cmocka_unit_test_setup_teardown(loses_no_frame, start, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
