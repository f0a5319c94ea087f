/* SPDX-License-Identifier: MIT */
/*
 * The kit's grants: a domain lends frames to itself, maps them, copies from them and takes them back.
 */
#include <guestkit/grants.h>
#include <guestkit/string.h>
#include <guestkit/test.h>

#define OURSELVES 0 /* the initial domain */

static uint32_t lent[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static uint32_t place[PAGE_BYTES / 4] __attribute__((aligned(4096)));
static uint32_t buffer[64];

static void test_map(void)
{
    grant_handle_t handle;
    pte_t before = page_entry(place);
    int ref = grant_access(OURSELVES, address_to_mfn(lent), false);

    expect(ref >= GNTTAB_NR_RESERVED_ENTRIES, "ref %d", ref);
    lent[0] = 0xabcd;
    expect_equal(grant_map(OURSELVES, (grant_ref_t)ref, place, false, &handle), GNTST_okay);
    expect_equal(place[0], 0xabcd);
    place[1] = 17;
    expect_equal(lent[1], 17);
    expect(!grant_end((grant_ref_t)ref), "a mapped grant cannot be ended");
    expect_equal(grant_unmap(place, handle), GNTST_okay);
    expect_fault(probe_read(place), TRAP_PAGE_FAULT, 0);
    expect(grant_end((grant_ref_t)ref));
    expect_equal(grant_map(OURSELVES, (grant_ref_t)ref, place, false, &handle),
                 (uint64_t)GNTST_general_error);
    expect_ok(page_set(place, before));
}

static void test_read_only(void)
{
    grant_handle_t handle;
    pte_t before = page_entry(place);
    int ref = grant_access(OURSELVES, address_to_mfn(lent), true);

    expect(grant_map(OURSELVES, (grant_ref_t)ref, place, false, &handle) < 0,
           "write access to a read-only grant");
    expect_equal(grant_map(OURSELVES, (grant_ref_t)ref, place, true, &handle), GNTST_okay);
    expect_fault(probe_write(place, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_equal(grant_unmap(place, handle), GNTST_okay);
    expect(grant_end((grant_ref_t)ref));
    expect_ok(page_set(place, before));
}

static void test_copy(void)
{
    int ref = grant_access(OURSELVES, address_to_mfn(lent), false);

    for (uint32_t i = 0; i < 64; i++) {
        lent[i + 8] = i * i;
    }
    expect_equal(grant_copy_from(OURSELVES, (grant_ref_t)ref, 32, buffer, 256), GNTST_okay);
    expect_equal(memcmp(buffer, lent + 8, 256), 0);
    buffer[5] = 99;
    expect_equal(grant_copy_to(OURSELVES, (grant_ref_t)ref, 32, buffer, 24), GNTST_okay);
    expect_equal(lent[13], 99);
    expect_equal(lent[14], 36);
    expect(grant_copy_from(OURSELVES, (grant_ref_t)ref, 4000, buffer, 200) < 0, "past the end of the frame");
    expect(grant_end((grant_ref_t)ref));
}

static void test_exhaustion(void)
{
    unsigned int count = 0;
    int ref;

    while ((ref = grant_access(OURSELVES, address_to_mfn(lent), true)) >= 0) {
        count++;
    }
    expect_equal(count, GRANT_ENTRIES - GNTTAB_NR_RESERVED_ENTRIES);
    expect_equal(ref, (uint64_t)GNTST_no_space);
    for (grant_ref_t at = GNTTAB_NR_RESERVED_ENTRIES; at < GRANT_ENTRIES; at++) {
        grant_end(at);
    }
    expect(grant_access(OURSELVES, address_to_mfn(lent), true) > 0);
}

GUEST_TEST("grants")
{
    if (!expect_ok(grants_init())) {
        return;
    }
    test_map();
    test_read_only();
    test_copy();
    test_exhaustion();
}
