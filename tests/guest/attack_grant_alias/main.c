/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: make one frame a page table and something writable at once, by way of grants. A mapping that a grant made is
 * an L1 entry like others, but it comes about on another path, by another hand, and may be of another domain's
 * frame: a second chance for each rule to be forgotten.
 *
 *     a lent frame that is mapped writable becomes a page table     (mapped for the host, or for a device alone)
 *     a page table is lent and mapped writable, or copied into
 *     two references lend one frame, one for reading and one for writing; the one is given back, the other used
 *     a page table in use is the place where a mapping goes, by the machine address of its entry
 *     the frame is given away, exchanged or returned while it is mapped
 *     the entry of a mapping is replaced by hand, and the handle used afterwards, or for another mapping
 *
 * WHAT WOULD GO WRONG: page tables that the guest writes; or a reference that is dropped twice, so that a frame is
 * freed, and becomes somebody else's, while it is still mapped here.
 *
 * WHAT STOPS IT: the mapping takes the references of any L1 entry, writable use included, before the entry is written; they
 * belong to the entry, and whoever removes it drops them. A handle removes only an entry that is a grant mapping of its
 * own frame with its own access.
 *
 * HOW THE TEST KNOWS: each try has the status that says so, what is mapped and pinned is as before, and in the end all
 * frames can be tables again and the auditor finds every count right.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define ME 0

static uint32_t place[1024] __attribute__((aligned(4096)));
static uint32_t other[1024] __attribute__((aligned(4096)));
static uint32_t source[1024] __attribute__((aligned(4096)));
static pte_t place_before, other_before;

static gnttab_map_grant_ref_t map(void *address, int ref, uint32_t flags)
{
    gnttab_map_grant_ref_t op = {.host_addr = (uint32_t)address,
                                 .flags = flags,
                                 .ref = (grant_ref_t)ref,
                                 .dom = ME};

    expect_ok(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &op, 1));
    return op;
}

static int unmap(grant_handle_t handle, void *address, uint64_t device)
{
    gnttab_unmap_grant_ref_t op = {.host_addr = (uint32_t)address,
                                   .dev_bus_addr = device,
                                   .handle = handle,
                                   .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1));
    return op.status;
}

static void restore(void)
{
    expect_ok(page_set(place, place_before));
    expect_ok(page_set(other, other_before));
}

/* A frame of zeros, mapped nowhere: it could be an L1, and is one for a moment. */
static uint32_t free_frame(uint32_t *pfn)
{
    uint32_t mfn;

    *pfn = frame_alloc();
    mfn = pfn_to_mfn(*pfn);
    expect_ok(frame_clear(mfn));
    expect_ok(table_pin(mfn, 1));
    expect_ok(table_unpin(mfn));
    return mfn;
}

static void test_mapped_then_table(void)
{
    uint32_t pfn, mfn = free_frame(&pfn);
    int ref = grant_access(ME, mfn, false), read = grant_access(ME, mfn, true);
    gnttab_map_grant_ref_t writable = map(place, ref, GNTMAP_host_map), device, reading;

    expect_equal(writable.status, GNTST_okay);
    for (unsigned int level = 1; level <= 3; level++) {
        expect_pin_refused(mfn, level, -XEN_EINVAL, REASON_frame_type_conflict);
    }
    expect_entry_refused(page_table(place, 2), 400, pte_make(mfn, PTE_TABLE), -XEN_EINVAL,
                         REASON_frame_type_conflict);
    expect_refused(hypercall_set_gdt(&mfn, 512), -XEN_EINVAL, REASON_frame_type_conflict);
    /* The other reference, for reading, changes nothing; nor does giving it back. */
    reading = map(other, read, GNTMAP_host_map | GNTMAP_readonly);
    expect_equal(reading.status, GNTST_okay);
    expect_equal(unmap(reading.handle, other, 0), GNTST_okay);
    expect_pin_refused(mfn, 1, -XEN_EINVAL, REASON_frame_type_conflict);
    expect_equal(unmap(writable.handle, place, 0), GNTST_okay);
    /* For a device alone no page table shows the frame, and yet it may be written. */
    device = map(NULL, ref, GNTMAP_device_map);
    expect_equal(device.status, GNTST_okay);
    expect_pin_refused(mfn, 1, -XEN_EINVAL, REASON_frame_type_conflict);
    expect_equal(unmap(device.handle, NULL, device.dev_bus_addr), GNTST_okay);
    restore();
    expect_ok(table_pin(mfn, 1));
    expect_ok(table_unpin(mfn));
    expect(grant_end((grant_ref_t)ref) && grant_end((grant_ref_t)read));
    frame_free(pfn);
}

static void test_table_then_mapped(void)
{
    uint32_t pfn, mfn = free_frame(&pfn);
    int ref = grant_access(ME, mfn, false), read = grant_access(ME, mfn, true);
    gnttab_map_grant_ref_t op;
    static const uint32_t ways[] = {GNTMAP_host_map, GNTMAP_device_map, GNTMAP_host_map | GNTMAP_device_map};

    expect_ok(table_pin(mfn, 1));
    for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        op = map(place, ref, ways[i]);
        expect_equal(op.status, GNTST_general_error);
        expect_reason(REASON_grant_frame);
        expect_equal(page_entry(place), place_before);
    }
    expect_equal(grant_copy_to(ME, (grant_ref_t)ref, 8, source, 8), GNTST_general_error);
    expect_reason(REASON_grant_frame);
    /* Reading it is no harm: it is mapped read-only, and stays a table. */
    op = map(place, read, GNTMAP_host_map | GNTMAP_readonly);
    expect_equal(op.status, GNTST_okay);
    expect_fault(probe_write(place, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_errno(page_set(place, pte_make(mfn, PTE_DATA)), -XEN_EBUSY);
    expect_ok(table_unpin(mfn));
    expect_equal(unmap(op.handle, place, 0), GNTST_okay);
    restore();
    expect(grant_end((grant_ref_t)ref) && grant_end((grant_ref_t)read));
    frame_free(pfn);
}

/* Entries of tables that are not L1, of a frame that is no table, of the hypervisor's, and beside an entry. */
static void test_places(void)
{
    uint32_t pfn, mfn = free_frame(&pfn), flags = GNTMAP_host_map | GNTMAP_contains_pte;
    int ref = grant_access(ME, mfn, false);
    uint64_t l1 = page_entry_machine(place);
    const uint64_t places[] = {
        table_entry_machine(page_root_mfn, 2),
        table_entry_machine(page_root_mfn, 3),
        table_entry_machine(page_root_mfn, 511),
        table_entry_machine(page_table(place, 2), 400),
        (uint64_t)address_to_mfn(source) << 12,
        boot_info->shared_info,
        l1 + 4,
        1ull << 20,
        (1ull << 52) + l1,
        ~7ull,
    };

    for (unsigned int i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        gnttab_map_grant_ref_t op = {.host_addr = places[i],
                                     .flags = flags,
                                     .ref = (grant_ref_t)ref,
                                     .dom = ME};

        expect_ok(hypercall_grant_table_op(GNTTABOP_map_grant_ref, &op, 1));
        expect_equal(op.status, GNTST_general_error);
        expect_reason(REASON_grant_address);
    }
    expect_equal(map((void *)0xf5800000, ref, GNTMAP_host_map).status, GNTST_general_error);
    expect(grant_end((grant_ref_t)ref));
    expect_ok(table_pin(mfn, 1));
    expect_ok(table_unpin(mfn));
    frame_free(pfn);
}

static void test_given_away_while_mapped(void)
{
    uint32_t pfn, mfn = free_frame(&pfn), out = pfn, again;
    int ref = grant_access(ME, mfn, false);
    gnttab_map_grant_ref_t op = map(place, ref, GNTMAP_host_map);
    xen_memory_exchange_t exchange = {
        .in = {.extent_start = hypercall_address(&mfn), .nr_extents = 1, .domid = DOMID_SELF},
        .out = {.extent_start = hypercall_address(&out), .nr_extents = 1, .domid = DOMID_SELF}};
    gnttab_transfer_t transfer = {.mfn = mfn, .domid = ME, .ref = 100};

    expect_refused(hypercall_memory_op(XENMEM_exchange, &exchange), -XEN_EINVAL,
                   REASON_exchange_frame_in_use);
    expect_ok(hypercall_grant_table_op(GNTTABOP_transfer, &transfer, 1));
    expect_equal(transfer.status, GNTST_bad_page);
    /* Returned, it lives on while it is mapped: nobody else gets it. */
    expect_equal(memory_op_decrease_reservation(&exchange.in), 1);
    place[7] = 0x5a5a;
    for (unsigned int i = 0; i < 8; i++) {
        xen_memory_reservation_t take = {.extent_start = hypercall_address(&again),
                                         .nr_extents = 1,
                                         .domid = DOMID_SELF};
        again = pfn;
        int got = memory_op_populate_physmap(&take);
        expect(got == 0 || again != mfn);
        if (got) {
            expect_equal(memory_op_decrease_reservation(&take), 1);
        }
    }
    expect_equal(place[7], 0x5a5a);
    expect_equal(unmap(op.handle, place, 0), GNTST_okay);
    restore();
    expect(grant_end((grant_ref_t)ref));
    /* Now it is gone: no second mapping of it, by whatever name. */
    expect(page_set(place, pte_make(mfn, PTE_READ)) < 0);
    ref = grant_access(ME, mfn, true);
    expect_equal(map(place, ref, GNTMAP_host_map | GNTMAP_readonly).status, GNTST_bad_page);
    expect(grant_end((grant_ref_t)ref));
    xen_memory_reservation_t back = {.extent_start = hypercall_address(&out),
                                     .nr_extents = 1,
                                     .domid = DOMID_SELF};
    out = pfn;
    expect_equal(memory_op_populate_physmap(&back), 1);
    p2m_set(pfn, out);
    frame_free(pfn);
}

/* Handles say which frame and which access, but the entries are the guest's to change. */
static void test_handles(void)
{
    uint32_t pfn, mfn = free_frame(&pfn);
    int ref = grant_access(ME, mfn, false), read = grant_access(ME, mfn, true);
    gnttab_map_grant_ref_t a = map(place, ref, GNTMAP_host_map);
    gnttab_map_grant_ref_t b = map(other, read, GNTMAP_host_map | GNTMAP_readonly);

    /* Each other's places: other access. */
    expect_equal(unmap(a.handle, other, 0), GNTST_general_error);
    expect_reason(REASON_grant_mapping_mismatch);
    expect_equal(unmap(b.handle, place, 0), GNTST_general_error);
    /* By hand: the reference went with the entry, and the handle finds nothing to drop a second time. */
    expect_ok(page_set(place, place_before));
    expect_equal(unmap(a.handle, place, 0), GNTST_general_error);
    expect_equal(unmap(a.handle, place, 0), GNTST_general_error);
    expect_ok(page_set(place, pte_make(mfn, PTE_DATA))); /* a mapping of one's own is not the grant's */
    expect_equal(unmap(a.handle, place, 0), GNTST_general_error);
    expect_ok(page_set(place, place_before));
    /* The grant stays pinned until its mapping is made again in its place. */
    expect(!grant_end((grant_ref_t)ref));
    gnttab_map_grant_ref_t again = map(place, ref, GNTMAP_host_map);
    expect_equal(unmap(a.handle, place, 0), GNTST_okay);
    expect_equal(unmap(again.handle, place, 0), GNTST_general_error);
    again = map(place, ref, GNTMAP_host_map);
    expect_equal(unmap(again.handle, place, 0), GNTST_okay);
    expect_equal(unmap(b.handle, other, 0), GNTST_okay);
    expect_equal(unmap(b.handle, other, 0), GNTST_bad_handle);
    restore();
    expect_ok(table_pin(mfn, 1)); /* no use is left */
    expect_ok(table_unpin(mfn));
    expect(grant_end((grant_ref_t)read));
}

GUEST_TEST("a frame is a page table or lent for writing, never both")
{
    expect_ok(frames_init(boot_info));
    expect_ok(grants_init());
    place_before = page_entry(place);
    other_before = page_entry(other);
    test_mapped_then_table();
    test_table_then_mapped();
    test_places();
    test_given_away_while_mapped();
    test_handles();
}
