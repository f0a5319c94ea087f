/* SPDX-License-Identifier: MIT */
/*
 * grant_table_op: the commands about the table as a whole, swap and cache_flush.
 */
#include <guestkit/grants.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define OTHER 17
#define UNMAPPED 0xf0000000
#define LIMIT 64

extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

static uint32_t frames[LIMIT + 1];
static uint8_t page[PAGE_BYTES] __attribute__((aligned(4096)));

static int setup(domid_t dom, uint32_t count, uint32_t list)
{
    gnttab_setup_table_t op = {.dom = dom, .nr_frames = count, .frame_list = list, .status = 99};
    int error = hypercall_grant_table_op(GNTTABOP_setup_table, &op, 1);

    return error ? error * 1000 : op.status;
}

static gnttab_query_size_t query(domid_t dom)
{
    gnttab_query_size_t op = {.dom = dom, .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_query_size, &op, 1));
    return op;
}

static void test_sizes(void)
{
    gnttab_query_size_t two[2] = {{.dom = DOMID_SELF}, {.dom = DOMID_SELF}};
    const uint32_t list = hypercall_address(frames);

    expect_equal(query(DOMID_SELF).status, GNTST_okay);
    expect_equal(query(DOMID_SELF).nr_frames, 1);
    expect_equal(query(0).max_nr_frames, LIMIT);
    expect_equal(query(OTHER).status, (int16_t)GNTST_bad_domain);
    expect_errno(hypercall_grant_table_op(GNTTABOP_query_size, two, 2), -XEN_EINVAL);

    expect_equal(setup(DOMID_SELF, 2, list), GNTST_okay);
    expect(frames[0] != 0 && frames[1] != 0 && frames[0] != frames[1]);
    expect_equal(query(DOMID_SELF).nr_frames, 2);
    expect_equal(setup(0, 1, list), GNTST_okay); /* does not shrink */
    expect_equal(query(DOMID_SELF).nr_frames, 2);
    expect_equal(setup(OTHER, 1, list), GNTST_bad_domain);
    expect_equal(setup(DOMID_SELF, LIMIT + 1, list), GNTST_general_error);
    expect_reason(REASON_grant_table_frames);
    expect_equal(query(DOMID_SELF).nr_frames, 2);
    if (on_ringlet()) { /* the reference does not notice for a 32-bit guest */
        expect_equal(setup(DOMID_SELF, 1, UNMAPPED), GNTST_bad_virt_addr);
        expect_equal(setup(DOMID_SELF, 1, 0xf5800000), -XEN_EFAULT * 1000);
    }
    expect_equal(setup(DOMID_SELF, 0xffffffff, list), -XEN_EFAULT * 1000);
    expect_equal(setup(DOMID_SELF, LIMIT, list), GNTST_okay);
    expect_equal(query(DOMID_SELF).nr_frames, LIMIT);
}

/* A frame of the table is the hypervisor's: it can be mapped, and never become a page table. */
static void test_frames(void)
{
    pte_t before = page_entry(page);

    expect_ok(page_set(page, pte_make(frames[5], PTE_DATA)));
    *(volatile uint32_t *)page = 0;
    expect_ok(page_set(page, before));
    expect_errno(table_pin(frames[5], 1), -XEN_EINVAL);
}

static void test_version(void)
{
    gnttab_set_version_t set = {.version = 1};
    gnttab_get_version_t get = {.dom = DOMID_SELF};
    gnttab_get_status_frames_t status = {.nr_frames = 0, .dom = DOMID_SELF, .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_set_version, &set, 1));
    expect_equal(set.version, 1);
    set.version = 3;
    expect_errno(hypercall_grant_table_op(GNTTABOP_set_version, &set, 1), -XEN_EINVAL);
    expect_equal(set.version, 1);
    if (on_ringlet()) {
        set.version = 2; /* as on a reference that is told to offer no more: gnttab=max-ver:1 */
        expect_errno(hypercall_grant_table_op(GNTTABOP_set_version, &set, 1), -XEN_ENOSYS);
        expect_reason(REASON_grant_version);
        expect_equal(set.version, 1);
    }
    expect_ok(hypercall_grant_table_op(GNTTABOP_get_version, &get, 1));
    expect_equal(get.version, 1);
    get.dom = OTHER;
    expect_errno(hypercall_grant_table_op(GNTTABOP_get_version, &get, 1), -XEN_ESRCH);
    expect_ok(hypercall_grant_table_op(GNTTABOP_get_status_frames, &status, 1));
    expect_equal(status.status, GNTST_okay);
    status.nr_frames = 1;
    status.frame_list = hypercall_address(frames);
    expect_ok(hypercall_grant_table_op(GNTTABOP_get_status_frames, &status, 1));
    expect_equal(status.status, (int16_t)GNTST_general_error);
}

static int swap(grant_ref_t a, grant_ref_t b)
{
    gnttab_swap_grant_ref_t op = {.ref_a = a, .ref_b = b, .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &op, 1));
    return op.status;
}

static void test_swap(void)
{
    static uint8_t place[PAGE_BYTES] __attribute__((aligned(4096)));
    pte_t before = page_entry(place);
    grant_handle_t handle;
    int a = grant_access(0, address_to_mfn(page), true), b = grant_access(0, address_to_mfn(place), false);

    expect_equal(swap((grant_ref_t)a, (grant_ref_t)b), GNTST_okay);
    expect_equal(grant_table[a].frame, address_to_mfn(place));
    expect_equal(grant_table[b].flags, GTF_permit_access | GTF_readonly);
    expect_equal(swap((grant_ref_t)a, (grant_ref_t)a), GNTST_okay);
    expect_equal(swap((grant_ref_t)a, LIMIT * 512), GNTST_bad_gntref);
    expect_equal(swap(LIMIT * 512, (grant_ref_t)a), GNTST_bad_gntref);
    expect_equal(grant_map(0, (grant_ref_t)b, place, true, &handle), GNTST_okay);
    expect_equal(swap((grant_ref_t)a, (grant_ref_t)b), GNTST_eagain);
    expect_reason(REASON_grant_busy);
    expect_equal(grant_table[a].frame, address_to_mfn(place));
    expect_equal(grant_unmap(place, handle), GNTST_okay);
    expect_ok(page_set(place, before));
}

static int cache_flush(uint64_t address, uint16_t offset, uint16_t length, uint32_t op)
{
    gnttab_cache_flush_t flush = {.a.dev_bus_addr = address, .offset = offset, .length = length, .op = op};

    return hypercall_grant_table_op(GNTTABOP_cache_flush, &flush, 1);
}

static void test_cache_flush(void)
{
    const uint64_t own = (uint64_t)address_to_mfn(page) << 12;

    expect_ok(cache_flush(own, 0, 4096, GNTTAB_CACHE_CLEAN | GNTTAB_CACHE_INVAL));
    expect_ok(cache_flush(own, 0, 0, GNTTAB_CACHE_CLEAN));
    expect_ok(cache_flush(own, 16, 16, 0));
    expect_errno(cache_flush(own, 4096, 0, GNTTAB_CACHE_CLEAN), -XEN_EINVAL);
    expect_errno(cache_flush(own, 1, 4096, GNTTAB_CACHE_CLEAN), -XEN_EINVAL);
    expect_errno(cache_flush(own, 0, 16, 4), -XEN_EINVAL);
    expect_errno(cache_flush(1ull << 51, 0, 16, GNTTAB_CACHE_CLEAN), -XEN_EINVAL);
    expect_ok(cache_flush(own, 0, 16, GNTTAB_CACHE_CLEAN));
    expect_errno(cache_flush(own, 0, 16, GNTTAB_CACHE_INVAL), -XEN_EOPNOTSUPP);
    expect_errno(cache_flush(own, 0, 16, GNTTAB_CACHE_SOURCE_GREF | GNTTAB_CACHE_CLEAN), -XEN_EINVAL);
}

static void test_arrays(void)
{
    gnttab_swap_grant_ref_t op = {.ref_a = 1, .ref_b = 1};

    expect_ok(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &op, 0));
    expect_errno(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &op, 0x80000000), -XEN_EINVAL);
    expect_errno(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, (void *)UNMAPPED, 1), -XEN_EFAULT);
    if (on_ringlet()) { /* the reference starts, and writes statuses until it meets a hole */
        expect_errno(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, &op, 0x7fffffff), -XEN_EFAULT);
    }
    expect_errno(hypercall_grant_table_op(GNTTABOP_swap_grant_ref, (void *)0xf57ffff8, 1), -XEN_EFAULT);
    expect_errno(hypercall_grant_table_op(13, &op, 1), -XEN_ENOSYS);
    expect_reason(REASON_no_such_subop);
    expect_errno(hypercall_grant_table_op(GNTTABOP_dump_table, &op, 1), -XEN_ENOSYS);
}

GUEST_TEST("grant_table_op: the table")
{
    test_sizes();
    test_frames();
    expect_ok(grants_init());
    test_version();
    test_swap();
    test_cache_flush();
    test_arrays();
}
