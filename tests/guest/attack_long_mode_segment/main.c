/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: get a descriptor with the L bit: 64-bit code. By update_descriptor into the GDT in use, in a page that is
 * handed over as a GDT, in an LDT, and by way of the code segment of the hypervisor itself (0xe008), named with any
 * privilege a return can ask for.
 *
 * WHAT WOULD GO WRONG: a 32-bit guest is kept apart from ring 0 by the width of its addresses: ring 1 is supervisor to
 * paging, and the hypervisor's pages are supervisor pages in the same address space. Code with 64-bit
 * addresses reads and writes all of it. It takes one far return.
 *
 * WHAT STOPS IT: rules 2 and 3 of ring-1 isolation: every descriptor is checked before the processor can use it, and no
 * L=1 descriptor with a DPL above 0 is reachable while a 32-bit guest runs. A 64-bit segment of DPL 0 cannot be loaded
 * from ring 1.
 *
 * HOW THE TEST KNOWS: -EINVAL with the reason and the old descriptor still there; a far return to each selector faults
 * with #GP naming the selector.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define LONG_CODE (0x00af9b000000ffffull | DESCRIPTOR_DPL(1))
#define HYPERVISOR_CS 0xe008

static uint32_t far_selector;

static void far_return(void *argument)
{
    __asm__ volatile("pushl %0; pushl $1f; lret; 1: ljmp %1, $2f; 2:"
                     :
                     : "r"(far_selector), "i"(FLAT_KERNEL_CS));
}

static void test_live_gdt(void)
{
    static const uint64_t good[] = {0, DESCRIPTOR_CODE | DESCRIPTOR_DPL(1)};
    uint32_t page = descriptors_page(good, 2);

    expect_ok(hypercall_set_gdt(&page, 512));
    for (unsigned int ring = 0; ring < 4; ring++) {
        uint64_t wanted = 0x00af9b000000ffffull | DESCRIPTOR_DPL(ring);
        expect_refused(hypercall_update_descriptor(((uint64_t)page << 12) + 8, wanted), -XEN_EINVAL,
                       REASON_descriptor_long_mode);
        /* L together with D is reserved on the processor, and refused the same. */
        expect_refused(hypercall_update_descriptor(((uint64_t)page << 12) + 8, wanted | 1ull << 54),
                       -XEN_EINVAL, REASON_descriptor_long_mode);
    }
    expect_equal(descriptor_read(page, 1) & ~(1ull << 40), good[1] & ~(1ull << 40));
    far_selector = SELECTOR(1, 1);
    expect_no_fault(probe_call(far_return, NULL));
    expect_ok(hypercall_set_gdt(&page, 0));
    expect_ok(table_free(page));
}

static void test_handed_over(void)
{
    static const uint64_t bad[] = {0, LONG_CODE};
    static const uint64_t good[] = {0, DESCRIPTOR_DATA | DESCRIPTOR_DPL(1)};
    uint32_t bad_page = descriptors_page(bad, 2);
    uint32_t good_page = descriptors_page(good, 2);
    uint32_t list[2] = {good_page, bad_page};

    expect_ok(hypercall_set_gdt(&good_page, 512));
    expect_refused(hypercall_set_gdt(&bad_page, 512), -XEN_EINVAL, REASON_descriptor_long_mode);
    expect_refused(hypercall_set_gdt(list, 1024), -XEN_EINVAL, REASON_descriptor_long_mode);
    /* The GDT of before is in force. */
    expect_no_fault(probe_load_es(SELECTOR(1, 1)));
    expect_ok(hypercall_set_gdt(&good_page, 0));
    expect_ok(table_free(good_page));

    /* An LDT is taken page by page when it is first used; a bad page never is. */
    expect_ok(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pfn_to_address(mfn_to_pfn(bad_page)), 512));
    far_selector = LDT_SELECTOR(1, 1);
    struct fault got = probe_call(far_return, NULL);
    expect(got.vector == TRAP_PROTECTION || got.vector == TRAP_PAGE_FAULT, "vector %u", got.vector);
    expect(descriptor_read(bad_page, 1) == LONG_CODE);
    expect_ok(mmu_extended(MMUEXT_SET_LDT, 0, 0));
    expect_ok(table_free(bad_page));
}

static void test_the_hypervisors(void)
{
    for (unsigned int ring = 0; ring < 4; ring++) {
        far_selector = HYPERVISOR_CS | ring;
        struct fault got = probe_call(far_return, NULL);
        expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
    }
    /* 0xe033 is 64-bit code for a 64-bit guest; for this one it is data. */
    far_selector = FLAT_USER_DS;
    expect_fault(probe_call(far_return, NULL), TRAP_PROTECTION, FLAT_USER_DS & ~3u);
}

GUEST_TEST("no 64-bit code segment")
{
    expect_ok(frames_init(boot_info));
    test_live_gdt();
    test_handed_over();
    test_the_hypervisors();
}
