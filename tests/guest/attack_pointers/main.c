/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: hand the hypervisor pointers to what the guest itself may not touch: the machine-to-physical table and what
 * follows it, the last bytes below it, addresses that wrap at 4 GiB, unmapped pages, pages that are read-only to the
 * guest, among them its own page tables; and lists that lie where the call writes its results.
 *
 * WHAT WOULD GO WRONG: ring 0 may write everywhere, so it would write for the guest what the guest cannot write: a page
 * table entry (with a version string in it) or the machine-to-physical table. Or it would fault where nobody expects it.
 *
 * WHAT STOPS IT: rule 8 and 10: every guest access is bounded by 0xF5800000 and has a fix-up, and CR0.WP makes
 * ring 0's writes obey read-only pages (rule 1).
 *
 * HOW THE TEST KNOWS: -EFAULT from each kind of call for each kind of address, and the bytes at that address are as before.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static char page[2 * PAGE_BYTES] __attribute__((aligned(4096)));

/* Calls that write, and calls that read, at any address. Each must give -EFAULT. */
static void expect_write_fault(uint32_t address)
{
    void *at = (void *)address;

    expect_errno(xen_version_capabilities(at), -XEN_EFAULT);
    expect_errno(xen_version_platform_parameters(at), -XEN_EFAULT);
    expect_errno(xen_version_compile_info(at), -XEN_EFAULT);
    expect_errno(memory_op_machphys_mapping(at), -XEN_EFAULT);
    expect_errno(vcpu_op_get_runstate_info(0, at), -XEN_EFAULT);
}

static void expect_read_fault(uint32_t address)
{
    void *at = (void *)address;
    uint32_t one = 1;

    expect_errno(hypercall_mmu_update(at, 1, NULL, DOMID_SELF), -XEN_EFAULT);
    expect_errno(hypercall_mmuext_op(at, 1, NULL, DOMID_SELF), -XEN_EFAULT);
    expect_errno(hypercall_multicall(at, 1), -XEN_EFAULT);
    expect_errno(hypercall_set_trap_table(at), -XEN_EFAULT);
    expect_errno(hypercall_set_gdt(at, 512), -XEN_EFAULT);
    expect_errno(sched_op_shutdown_code(at), -XEN_EFAULT);
    expect_errno(sched_op_poll(at), -XEN_EFAULT);
    expect_errno(event_channel_op_send(at), -XEN_EFAULT);
    expect_errno(memory_op_decrease_reservation(at), 0); /* counts what was given back */
    expect_errno(memory_op_current_reservation(at), -XEN_EFAULT);
    expect_errno(callback_op_register(at), -XEN_EFAULT);
    expect_errno(nmi_op_register_callback(at), -XEN_EFAULT);
    expect_errno(physdev_op_set_iopl(at), -XEN_EFAULT);
    expect_errno(grant_table_op_setup_table(at, one), -XEN_EFAULT);
    expect_errno(vcpu_op_set_singleshot_timer(0, at), -XEN_EFAULT);
    expect_errno(console_io_write(5, at), -XEN_EFAULT);
}

static void test_hypervisors(void)
{
    static const uint32_t addresses[] = {0xf5800000, 0xf67ffffc, 0xf6800000,
                                         0xffff8000, 0xfffffff8, 0xfffffffc};
    uint32_t first = *(volatile uint32_t *)MACH2PHYS_VIRT_START;

    for (unsigned int i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
        expect_write_fault(addresses[i]);
        expect_read_fault(addresses[i]);
    }
    expect_equal(*(volatile uint32_t *)MACH2PHYS_VIRT_START, first);
}

static void test_unmapped(void)
{
    uint32_t mfn = address_to_mfn(page + PAGE_BYTES);

    expect_ok(page_set(page + PAGE_BYTES, 0));
    expect_write_fault((uint32_t)page + PAGE_BYTES);
    expect_read_fault((uint32_t)page + PAGE_BYTES);
    /* The first byte is there and the rest is not. */
    expect_write_fault((uint32_t)page + PAGE_BYTES - 1);
    expect_read_fault((uint32_t)page + PAGE_BYTES - 1);
    expect_ok(page_set(page + PAGE_BYTES, pte_make(mfn, PTE_DATA)));
}

static void test_read_only(void)
{
    uint32_t table = table_alloc();
    uint32_t *view = pfn_to_address(mfn_to_pfn(table));

    expect_ok(table_pin(table, 1));
    for (unsigned int offset = 0; offset < PAGE_BYTES - 2048; offset += 200) {
        expect_write_fault((uint32_t)view + offset);
    }
    /* `done` of a batch: nothing comes of it when it cannot be written, as on the reference. */
    static struct mmu_update update;
    update = (struct mmu_update){.ptr = table_entry_machine(table, 1), .val = 0};
    expect_ok(hypercall_mmu_update(&update, 1, view, DOMID_SELF));
    unsigned int filled = 0;
    for (unsigned int i = 0; i < 512; i++) {
        filled += table_entry(table, i) != 0;
    }
    expect_equal(filled, 0);
    /* The live tables, by the same way. */
    pte_t before = table_entry(page_root_mfn, 0);
    expect_write_fault((uint32_t)pfn_to_address(mfn_to_pfn(page_root_mfn)));
    expect_equal(table_entry(page_root_mfn, 0) & ~PTE_ACCESSED, before & ~PTE_ACCESSED);
    expect_ok(table_unpin(table));
    expect_ok(table_free(table));
}

/* A batch whose `done` is its own list, and a multicall whose results are in read-only memory. */
static void test_themselves(void)
{
    static struct mmu_update list[2];
    uint64_t slot = page_entry_machine(page);
    pte_t entry = page_entry(page);

    list[0] = (struct mmu_update){.ptr = slot, .val = entry};
    list[1] = (struct mmu_update){.ptr = slot, .val = entry};
    expect_ok(hypercall_mmu_update(list, 2, (uint32_t *)&list[1].val, DOMID_SELF));
    expect_equal((uint32_t)list[1].val, 2);

    multicall_entry_t *call = (multicall_entry_t *)page;
    *call = (multicall_entry_t){.op = __HYPERVISOR_xen_version, .result = 0x1234, .args = {XENVER_version}};
    expect_ok(page_protect(page, PTE_READ));
    expect_refused(hypercall_multicall(call, 1), -XEN_EFAULT, REASON_bad_guest_pointer_write);
    expect_equal(call->result, 0x1234);
    expect_ok(page_protect(page, PTE_DATA));
}

GUEST_TEST("pointers at what the guest may not touch")
{
    expect_ok(frames_init(boot_info));
    if (on_ringlet()) { /* on the reference the hypervisor's part begins elsewhere on a small machine */
        test_hypervisors();
    }
    test_unmapped();
    test_read_only();
    test_themselves();
}
