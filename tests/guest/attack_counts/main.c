/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: counts that overflow. Lists of four thousand million entries, counts whose size in bytes wraps past
 * 32 bits to something small, a list that begins near the end of memory, the bit that means "continue here" set by
 * the guest itself, orders beyond all memory.
 *
 * WHAT WOULD GO WRONG: with a multiplication that wraps, the check passes for a small size and the loop runs for the
 * large one: off the end of the guest's memory and into the hypervisor's. Without a limit, one call never ends.
 *
 * WHAT STOPS IT: sizes are computed in 64 bits, the address of each element is bounded as it is read, and loops end at the
 * first element that cannot be.
 *
 * HOW THE TEST KNOWS: the exact errno and what was done before the fault: the one valid element took effect, and `done`
 * says so.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static char pages[2 * PAGE_BYTES] __attribute__((aligned(4096)));

/* The last bytes before an unmapped page. */
#define LAST(type) ((type *)(pages + PAGE_BYTES) - 1)

static void test_batches(void)
{
    static uint32_t done;
    struct mmu_update *update = LAST(struct mmu_update);
    mmuext_op_t *op = LAST(mmuext_op_t);
    multicall_entry_t *call = LAST(multicall_entry_t);
    static const uint32_t counts[] = {2, 0x10000001, 0x20000000, 0x7fffffff};

    for (unsigned int i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        *update = (struct mmu_update){.ptr = page_entry_machine(pages), .val = page_entry(pages)};
        done = 99;
        expect_errno(hypercall_mmu_update(update, counts[i], &done, DOMID_SELF), -XEN_EFAULT);
        expect_equal(done, 1);
        *op = (mmuext_op_t){.cmd = MMUEXT_TLB_FLUSH_LOCAL};
        done = 99;
        expect_errno(hypercall_mmuext_op(op, counts[i], &done, DOMID_SELF), -XEN_EFAULT);
        expect_equal(done, 1);
    }
    *call = (multicall_entry_t){.op = __HYPERVISOR_xen_version, .args = {XENVER_version}};
    expect_errno(hypercall_multicall(call, 2), -XEN_EFAULT);
    expect_equal(call->result >> 16, 4);
    expect_errno(hypercall_multicall(call, 0x80000001), -XEN_EFAULT);
    expect_errno(hypercall_multicall(call, 0xffffffff), -XEN_EFAULT);
}

static void test_lists(void)
{
    uint32_t *frames = LAST(uint32_t);

    *frames = 0;
    expect_refused(hypercall_set_gdt(frames, 7168), -XEN_EFAULT, REASON_bad_guest_pointer);
    expect_refused(hypercall_set_gdt(frames, 0x80000000), -XEN_EINVAL, REASON_gdt_entries);
    expect_errno(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pages, 8193), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pages, 0x80000000), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pages, 0xffffffff), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pages + 8, 1), -XEN_EINVAL);

    gnttab_setup_table_t setup = {.dom = DOMID_SELF, .nr_frames = 0xffffffff, .frame_list = (uint32_t)frames};
    expect_errno(grant_table_op_setup_table(&setup, 1), -XEN_EFAULT);
    expect_errno(grant_table_op_map_grant_ref((void *)frames, 0x7fffffff), -XEN_EFAULT);

    sched_poll_t poll = {.ports = (uint32_t)frames, .nr_ports = 0xffffffff};
    expect_errno(sched_op_poll(&poll), -XEN_EINVAL);
    evtchn_send_t send = {.port = 0xffffffff};
    expect_errno(event_channel_op_send(&send), -XEN_EINVAL);
    physdev_set_iobitmap_t bitmap = {.bitmap = (uint32_t)pages, .nr_ports = 65537};
    expect_errno(physdev_op_set_iobitmap(&bitmap), -XEN_EINVAL);
    bitmap.nr_ports = 0xffffffff;
    expect_errno(physdev_op_set_iobitmap(&bitmap), -XEN_EINVAL);
}

static void test_reservations(void)
{
    xen_memory_reservation_t r = {.domid = DOMID_SELF, .extent_start = (uint32_t)LAST(uint32_t)};
    domid_t self = DOMID_SELF;
    int before = memory_op_current_reservation(&self);

    *LAST(uint32_t) = 0; /* no frame of ours */
    r.nr_extents = 0xffffffff;
    expect_equal(memory_op_decrease_reservation(&r), 0);
    r.extent_order = 31;
    expect_equal(memory_op_decrease_reservation(&r), 0);
    expect_equal(memory_op_increase_reservation(&r), 0);
    r.extent_order = 0xffffffff;
    expect_equal(memory_op_populate_physmap(&r), 0);
    expect_equal(memory_op_current_reservation(&self), before);
}

GUEST_TEST("counts that overflow")
{
    expect_ok(frames_init(boot_info));
    expect_ok(page_set(pages + PAGE_BYTES, 0));
    test_batches();
    test_lists();
    test_reservations();
}
