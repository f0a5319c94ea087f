/* SPDX-License-Identifier: MIT */
/*
 * grant_table_op: map, unmap, unmap_and_replace. The domain lends to itself.
 */
#include <guestkit/grants.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define OTHER 17
#define ME 0
#define HOST GNTMAP_host_map
#define DEVICE GNTMAP_device_map
#define READONLY GNTMAP_readonly
#define NO_L1 0xe0000000u /* no table there */

extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

static uint32_t lent[1024] __attribute__((aligned(4096)));
static uint32_t place[1024] __attribute__((aligned(4096)));
static uint32_t spare[1024] __attribute__((aligned(4096)));
static pte_t place_before, spare_before;
static grant_ref_t ref;

static gnttab_map_grant_ref_t map_op(uint32_t flags)
{
    return (gnttab_map_grant_ref_t){
        .host_addr = (uint32_t)place, .flags = flags, .ref = ref, .dom = ME, .status = 99, .handle = 0xdead};
}

static int run_map(gnttab_map_grant_ref_t *op)
{
    expect_ok(hypercall_grant_table_op(GNTTABOP_map_grant_ref, op, 1));
    return op->status;
}

static int unmap(grant_handle_t handle, uint64_t host, uint64_t device)
{
    gnttab_unmap_grant_ref_t op = {.host_addr = host, .dev_bus_addr = device, .handle = handle, .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1));
    return op.status;
}

static uint16_t marks(void)
{
    return grant_table[ref].flags & (GTF_reading | GTF_writing);
}

static void restore(void)
{
    expect_ok(page_set(place, place_before));
    expect_ok(page_set(spare, spare_before));
}

static void test_host(void)
{
    gnttab_map_grant_ref_t op = map_op(HOST);

    lent[3] = 33;
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(op.dev_bus_addr, (uint64_t)address_to_mfn(lent) << 12);
    expect_equal(marks(), GTF_reading | GTF_writing);
    expect_equal(place[3], 33);
    place[3] = 34;
    expect_equal(lent[3], 34);
    expect_equal(pte_mfn(page_entry(place)), address_to_mfn(lent));
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);
    expect_equal(marks(), 0);
    expect_fault(probe_read(place), TRAP_PAGE_FAULT, 0);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_bad_handle);
    expect_reason(REASON_grant_handle);

    op = map_op(HOST | READONLY);
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(marks(), GTF_reading);
    expect_fault(probe_write(place, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);

    /* What was mapped there is let go, and bits free for the guest are kept. */
    restore();
    op = map_op(HOST | GNTMAP_application_map | 5u << 16);
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(page_entry(place) & (PTE_USER | PTE_SOFTWARE), PTE_USER | 0xa00);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);
    expect_equal(page_entry(place), 0);
    restore();
}

static void test_by_entry(void)
{
    gnttab_map_grant_ref_t op = map_op(HOST | GNTMAP_contains_pte);
    uint64_t entry = page_entry_machine(place);

    op.host_addr = entry;
    expect_equal(run_map(&op), GNTST_okay);
    place[9] = 99;
    expect_equal(lent[9], 99);
    expect_equal(unmap(op.handle, entry + 8, 0), GNTST_general_error);
    expect_reason(REASON_grant_mapping_mismatch);
    expect_equal(unmap(op.handle, entry, 0), GNTST_okay);
    expect_equal(page_entry(place), 0);
    expect_equal(marks(), 0);

    op = map_op(HOST | GNTMAP_contains_pte);
    op.host_addr = entry + 4;
    expect_equal(run_map(&op), GNTST_general_error);
    op.host_addr = (uint64_t)address_to_mfn(lent) << 12; /* not a page table */
    expect_equal(run_map(&op), GNTST_general_error);
    op.host_addr = (uint64_t)page_table(place, 2) << 12; /* of the wrong level */
    expect_equal(run_map(&op), GNTST_general_error);
    op.host_addr = (uint64_t)page_root_mfn << 12;
    expect_equal(run_map(&op), GNTST_general_error);
    op.host_addr = 1ull << 50;
    expect_equal(run_map(&op), GNTST_general_error);
    expect_reason(REASON_grant_address);
    expect_equal(marks(), 0);
    restore();
}

static void test_device(void)
{
    gnttab_map_grant_ref_t op = map_op(DEVICE);
    uint64_t address = (uint64_t)address_to_mfn(lent) << 12;

    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(op.dev_bus_addr, address);
    expect_equal(marks(), GTF_reading | GTF_writing);
    expect_equal(page_entry(place), place_before);
    expect(audit_clean());
    /* While it stands, the frame cannot become a page table. */
    expect_errno(page_protect(lent, PTE_READ), 0);
    expect_errno(table_pin(address_to_mfn(lent), 1), -XEN_EINVAL);
    expect_ok(page_protect(lent, PTE_DATA));
    expect_equal(unmap(op.handle, 0, address + 4096), GNTST_bad_dev_addr);
    expect_equal(unmap(op.handle, 0, 0), GNTST_okay); /* nothing asked for, nothing done */
    expect_equal(marks(), GTF_reading | GTF_writing);
    expect_equal(unmap(op.handle, 0, address), GNTST_okay);
    expect_equal(marks(), 0);

    /* Both kinds, taken off one after the other. */
    op = map_op(HOST | DEVICE | READONLY);
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);
    expect_equal(marks(), GTF_reading);
    expect_equal(unmap(op.handle, 0, address), GNTST_okay);
    expect_equal(marks(), 0);
    expect_equal(unmap(op.handle, 0, address), GNTST_bad_handle);

    /* And in one batch, each in an element of its own, with the handle once more behind them. */
    op = map_op(HOST | DEVICE);
    expect_equal(run_map(&op), GNTST_okay);
    gnttab_unmap_grant_ref_t batch[3] = {{.host_addr = (uint32_t)place, .handle = op.handle},
                                         {.dev_bus_addr = address, .handle = op.handle},
                                         {.dev_bus_addr = address, .handle = op.handle}};
    expect_ok(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, batch, 3));
    expect_equal(batch[0].status, GNTST_okay);
    expect_equal(batch[1].status, GNTST_okay);
    expect_equal(batch[2].status, (int16_t)GNTST_bad_handle);
    expect_equal(marks(), 0);
    restore();
}

static void expect_no_map(gnttab_map_grant_ref_t op, int status, uint32_t reason)
{
    uint16_t flags = grant_table[ref].flags;

    expect_equal(run_map(&op), status);
    expect_reason(reason);
    expect_equal(grant_table[ref].flags, flags);
    expect_equal(page_entry(place), place_before);
}

static void test_refusals(void)
{
    gnttab_map_grant_ref_t op = map_op(0);
    volatile grant_entry_v1_t *entry = &grant_table[ref];

    expect_no_map(op, GNTST_bad_gntref, REASON_grant_flags);
    op = map_op(HOST);
    op.dom = OTHER;
    expect_no_map(op, GNTST_bad_domain, REASON_grant_domain);
    op.dom = DOMID_SELF; /* not accepted here */
    expect_no_map(op, GNTST_bad_domain, REASON_grant_domain);
    op = map_op(HOST);
    op.ref = 64 * 512;
    expect_no_map(op, GNTST_bad_gntref, REASON_grant_reference);
    op.ref = 0xffffffff;
    expect_no_map(op, GNTST_bad_gntref, REASON_grant_reference);
    op = map_op(HOST);
    op.host_addr = NO_L1;
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    op.host_addr = 0xf5800000;
    expect_no_map(op, GNTST_general_error, REASON_grant_address);
    op.host_addr = 0x100000000ull + (uint32_t)place;
    expect_no_map(op, GNTST_general_error, REASON_grant_address);

    entry->flags = GTF_permit_access | GTF_readonly;
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_read_only);
    entry->flags = GTF_permit_access | GTF_sub_page;
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_not_granted);
    entry->flags = GTF_transitive;
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_not_granted);
    entry->flags = 0;
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_not_granted);
    entry->flags = GTF_permit_access;
    entry->domid = OTHER;
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_not_granted);
    entry->domid = ME;
    entry->frame = 0xfffff000;
    expect_no_map(map_op(HOST), GNTST_bad_page, REASON_grant_frame);
    entry->frame = page_table(lent, 1); /* a page table: readable, never writable */
    expect_no_map(map_op(HOST), GNTST_general_error, REASON_grant_frame);
    op = map_op(HOST | READONLY);
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);
    entry->frame = address_to_mfn(lent);
    restore();
    expect_errno(hypercall_grant_table_op(GNTTABOP_map_grant_ref, (void *)0xf0000000, 1), -XEN_EFAULT);
    expect_errno(hypercall_grant_table_op(GNTTABOP_unmap_grant_ref, (void *)0xf0000000, 1), -XEN_EFAULT);
}

/* The granter scribbles on its entry while the grant is mapped: what was decided stays. */
static void test_scribble(void)
{
    volatile grant_entry_v1_t *entry = &grant_table[ref];
    gnttab_map_grant_ref_t op = map_op(HOST | READONLY), second = map_op(HOST | READONLY);

    expect_equal(run_map(&op), GNTST_okay);
    entry->frame = page_table(lent, 1);
    entry->flags = 0;
    second.host_addr = (uint32_t)spare;
    expect_equal(run_map(&second), GNTST_okay);
    expect_equal(pte_mfn(page_entry(spare)), address_to_mfn(lent));
    /* Writing is a new right: it is checked again. */
    entry->flags = GTF_permit_access | GTF_readonly;
    gnttab_map_grant_ref_t third = map_op(HOST);
    third.host_addr = (uint32_t)spare;
    expect_equal(run_map(&third), GNTST_general_error);
    expect_equal(unmap(second.handle, (uint32_t)spare, 0), GNTST_okay);
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_okay);
    entry->frame = address_to_mfn(lent);
    entry->flags = GTF_permit_access;
    restore();
}

/* An unmap must name where the mapping is: not a mapping of the guest's own making, not one of another access. */
static void test_wrong_place(void)
{
    gnttab_map_grant_ref_t reader = map_op(HOST | READONLY), writer = map_op(HOST);

    if (!on_ringlet()) {
        return; /* the reference takes any entry that maps the frame */
    }
    expect_equal(run_map(&reader), GNTST_okay);
    writer.host_addr = (uint32_t)spare;
    expect_equal(run_map(&writer), GNTST_okay);
    expect_equal(unmap(reader.handle, (uint32_t)lent, 0), GNTST_general_error);
    expect_reason(REASON_grant_mapping_mismatch);
    expect_equal(unmap(writer.handle, (uint32_t)lent, 0), GNTST_general_error);
    expect_equal(unmap(writer.handle, (uint32_t)place, 0), GNTST_general_error);
    expect_equal(unmap(reader.handle, (uint32_t)spare, 0), GNTST_general_error);
    expect_equal(unmap(reader.handle, NO_L1, 0), GNTST_general_error);
    expect_equal(unmap(reader.handle, (uint32_t)place, 0), GNTST_okay);
    expect_equal(unmap(writer.handle, (uint32_t)spare, 0), GNTST_okay);
    restore();
    /* Nor can a guest make an entry that looks like a grant's. */
    expect_errno(page_set(place, pte_make(address_to_mfn(lent), PTE_DATA | 1ull << 62)), -XEN_EINVAL);
    expect_equal(page_entry(place), place_before);
}

static int replace(grant_handle_t handle, uint64_t host, uint64_t new_address)
{
    gnttab_unmap_and_replace_t op = {.host_addr = host,
                                     .new_addr = new_address,
                                     .handle = handle,
                                     .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_unmap_and_replace, &op, 1));
    return op.status;
}

static void test_replace(void)
{
    gnttab_map_grant_ref_t op = map_op(HOST);
    uint32_t mfn = address_to_mfn(spare);

    spare[1] = 11;
    expect_equal(run_map(&op), GNTST_okay);
    expect_equal(replace(op.handle, (uint32_t)place, NO_L1), GNTST_general_error);
    expect_equal(replace(op.handle + 1000, (uint32_t)place, (uint32_t)spare), GNTST_bad_handle);
    expect_equal(pte_mfn(page_entry(place)), address_to_mfn(lent));
    expect_equal(pte_mfn(page_entry(spare)), mfn);
    expect_equal(replace(op.handle, (uint32_t)place, (uint32_t)spare), GNTST_okay);
    expect_equal(marks(), 0);
    expect_equal(pte_mfn(page_entry(place)), mfn);
    expect_equal(place[1], 11);
    expect_equal(page_entry(spare), 0);
    restore();

    /* When the mapping is not where it was said to be, the other entry stays as it was. */
    expect_equal(run_map(&op), GNTST_okay);
    if (on_ringlet()) {
        expect_equal(replace(op.handle, (uint32_t)lent, (uint32_t)spare), GNTST_general_error);
        expect_equal(page_entry(spare), spare_before);
    }
    expect_equal(replace(op.handle, (uint32_t)place, 0), GNTST_okay); /* nothing takes its place */
    expect_equal(page_entry(place), 0);
    restore();
}

/* More mappings of one grant than can be counted: an error, and all of them can be undone. */
static void test_many(void)
{
    static grant_handle_t handles[300];
    unsigned int count = 0;
    gnttab_map_grant_ref_t op = map_op(DEVICE | READONLY);

    while (count < 300 && run_map(&op) == GNTST_okay) {
        handles[count++] = op.handle;
    }
    expect_equal(count, 128);
    expect_reason(REASON_grant_busy);
    expect(audit_clean());
    while (count--) {
        expect_equal(unmap(handles[count], 0, op.dev_bus_addr ? (uint64_t)address_to_mfn(lent) << 12 : 0),
                     GNTST_okay);
    }
    expect_equal(marks(), 0);
}

/* A mapping whose entry the guest overwrites: its references go with the entry; the handle stays, and is harmless. */
static void test_overwritten(void)
{
    gnttab_map_grant_ref_t op = map_op(HOST);

    if (!on_ringlet()) {
        return; /* the reference crashes such a guest */
    }
    expect_equal(run_map(&op), GNTST_okay);
    restore();
    expect(audit_clean());
    expect_equal(unmap(op.handle, (uint32_t)place, 0), GNTST_general_error);
    expect(audit_clean());
}

GUEST_TEST("grant_table_op: map and unmap")
{
    int granted;

    expect_ok(grants_init());
    granted = grant_access(ME, address_to_mfn(lent), false);
    expect(granted >= 0);
    ref = (grant_ref_t)granted;
    place_before = page_entry(place);
    spare_before = page_entry(spare);
    test_host();
    test_by_entry();
    test_device();
    test_refusals();
    test_scribble();
    test_wrong_place();
    test_replace();
    test_many();
    test_overwritten();
}
