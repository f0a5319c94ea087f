/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: get segments of privilege level 0, by update_descriptor, in a page handed over as GDT, and in an LDT; and
 * load them with a requested privilege of 0.
 *
 * WHAT WOULD GO WRONG: loading a conforming or DPL 0 code segment is the step from ring 1 to ring 0: with it every
 * privileged instruction is the guest's.
 *
 * WHAT STOPS IT: rule 2 of ring-1 isolation: the DPL of every present descriptor is raised to 1 before the
 * processor can see it, in the guest's own page. Conforming code does not change the current privilege, so it may pass.
 *
 * HOW THE TEST KNOWS: the page is read back: DPL 1 in each. The segments load with RPL 1 and code runs in them in ring 1;
 * with RPL 0 they fault. The base and limit are what was asked for.
 */
#include "attack.h"
#include <guestkit/cpu.h>
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define CONFORMING (1ull << 42)
#define ACCESSED (1ull << 40)
#define DPL_MASK DESCRIPTOR_DPL(3)

static uint32_t far_selector, ring_seen;

static void far_return(void *argument)
{
    __asm__ volatile("pushl %1; pushl $1f; lret; 1: movl %%cs, %0; andl $3, %0; ljmp %2, $2f; 2:"
                     : "=&r"(ring_seen)
                     : "r"(far_selector), "i"(FLAT_KERNEL_CS));
}

static void expect_raised(uint32_t page, unsigned int index, uint64_t asked)
{
    uint64_t found = descriptor_read(page, index);

    expect_equal(found & DPL_MASK, DESCRIPTOR_DPL(1));
    expect_equal(found & ~(DPL_MASK | ACCESSED), asked & ~(DPL_MASK | ACCESSED));
}

static void test_use(bool ldt)
{
    for (unsigned int index = 1; index <= 2; index++) {
        uint32_t table = ldt ? 4 : 0;
        far_selector = SELECTOR(index, 1) | table;
        ring_seen = 99;
        expect_no_fault(probe_call(far_return, NULL));
        expect_equal(ring_seen, 1);
        far_selector = SELECTOR(index, 0) | table;
        expect_fault(probe_call(far_return, NULL), TRAP_PROTECTION, far_selector);
    }
    expect_no_fault(probe_load_es(SELECTOR(3, 1) | (ldt ? 4 : 0)));
}

GUEST_TEST("no descriptor of privilege 0")
{
    static const uint64_t asked[] = {0, DESCRIPTOR_CODE, DESCRIPTOR_CODE | CONFORMING, DESCRIPTOR_DATA};

    expect_ok(frames_init(boot_info));
    uint32_t page = descriptors_page(asked, 4);
    expect_ok(hypercall_set_gdt(&page, 512));
    for (unsigned int i = 1; i < 4; i++) {
        expect_raised(page, i, asked[i]);
    }
    test_use(false);
    for (unsigned int i = 1; i < 4; i++) {
        expect_ok(hypercall_update_descriptor(((uint64_t)page << 12) + i * 8, 0));
        expect_ok(hypercall_update_descriptor(((uint64_t)page << 12) + i * 8, asked[i]));
        expect_raised(page, i, asked[i]);
    }
    test_use(false);
    expect_ok(hypercall_set_gdt(&page, 0));
    expect_ok(table_free(page));

    page = descriptors_page(asked, 4);
    expect_ok(mmu_extended(MMUEXT_SET_LDT, (uint32_t)pfn_to_address(mfn_to_pfn(page)), 512));
    test_use(true);
    for (unsigned int i = 1; i < 4; i++) {
        expect_raised(page, i, asked[i]);
    }
    expect_ok(mmu_extended(MMUEXT_SET_LDT, 0, 0));
    expect_ok(table_free(page));
}
