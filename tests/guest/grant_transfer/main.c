/* SPDX-License-Identifier: MIT */
/*
 * grant_table_op: transfer. The domain gives frames to itself.
 */
#include <guestkit/frames.h>
#include <guestkit/grants.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/window.h>

#define OTHER 17
#define ME 0
#define SLOT 100 /* not one the kit has handed out */

extern grant_entry_v1_t grant_table[GRANT_ENTRIES];

static volatile grant_entry_v1_t *slot = &grant_table[SLOT];

static int transfer(uint32_t mfn, domid_t domid, grant_ref_t ref)
{
    gnttab_transfer_t op = {.mfn = mfn, .domid = domid, .ref = ref, .status = 99};

    expect_ok(hypercall_grant_table_op(GNTTABOP_transfer, &op, 1));
    return op.status;
}

static int frames_owned(void)
{
    domid_t self = DOMID_SELF;
    return hypercall_memory_op(XENMEM_current_reservation, &self);
}

static void open_slot(void)
{
    slot->domid = ME;
    slot->frame = 0;
    slot->flags = GTF_accept_transfer;
}

static void test_transfer(void)
{
    uint32_t pfn = frame_alloc(), mfn = pfn_to_mfn(pfn);
    uint32_t *view = window_open(WINDOW_FREE, mfn, true);
    int before = frames_owned();

    view[5] = 0x55aa;
    window_close(WINDOW_FREE);
    open_slot();
    expect_equal(transfer(mfn, ME, SLOT), GNTST_okay);
    expect_equal(slot->flags, GTF_accept_transfer | GTF_transfer_committed | GTF_transfer_completed);
    expect_equal(frames_owned(), before);
    mfn = slot->frame;
    view = window_open(WINDOW_FREE, mfn, true);
    expect(view && view[5] == 0x55aa);
    window_close(WINDOW_FREE);
    expect_ok(table_update((uint64_t)mfn << 12, MMU_MACHPHYS_UPDATE, pfn));
    p2m_set(pfn, mfn);
    /* The slot was used up. */
    if (on_ringlet()) {
        expect_equal(transfer(mfn, ME, SLOT), GNTST_general_error);
        expect_reason(REASON_grant_transfer_slot);
    }
    frame_free(pfn);
}

static void expect_no_transfer(uint32_t mfn, domid_t domid, grant_ref_t ref, int status, uint32_t reason)
{
    uint16_t flags = slot->flags;
    int before = frames_owned();
    uint32_t pfn = mfn_to_pfn(mfn);

    expect_equal(transfer(mfn, domid, ref), status);
    expect_reason(reason);
    expect_equal(slot->flags, flags);
    expect_equal(frames_owned(), before);
    expect_equal(mfn_to_pfn(mfn), pfn);
}

static void test_refusals(void)
{
    static uint8_t mapped[PAGE_BYTES] __attribute__((aligned(4096)));
    uint32_t pfn = frame_alloc(), mfn = pfn_to_mfn(pfn);

    open_slot();
    expect_no_transfer(0xfffff000, ME, SLOT, GNTST_bad_page, REASON_frame_invalid);
    expect_no_transfer(address_to_mfn(mapped), ME, SLOT, GNTST_bad_page, REASON_frame_still_used);
    expect_no_transfer(page_table(mapped, 1), ME, SLOT, GNTST_bad_page, REASON_frame_still_used);
    if (!on_ringlet()) {
        return; /* the reference frees the frame when the receiver will not have it */
    }
    expect_no_transfer(mfn, OTHER, SLOT, GNTST_bad_domain, REASON_grant_domain);
    expect_no_transfer(mfn, DOMID_SELF, SLOT, GNTST_bad_domain, REASON_grant_domain);
    expect_no_transfer(mfn, ME, 64 * 512, GNTST_general_error, REASON_grant_reference);
    slot->flags = GTF_permit_access;
    expect_no_transfer(mfn, ME, SLOT, GNTST_general_error, REASON_grant_transfer_slot);
    slot->flags = GTF_accept_transfer;
    slot->domid = OTHER;
    expect_no_transfer(mfn, ME, SLOT, GNTST_general_error, REASON_grant_transfer_slot);
    frame_free(pfn);
}

GUEST_TEST("grant_table_op: transfer")
{
    expect_ok(frames_init(boot_info));
    expect_ok(grants_init());
    test_transfer();
    test_refusals();
}
