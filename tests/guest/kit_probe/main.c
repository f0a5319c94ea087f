/* SPDX-License-Identifier: MIT */
/*
 * The kit's probes and ring-3 calls see a fault as the ABI describes it, and come back from it.
 */
#include <guestkit/test.h>
#include <guestkit/user.h>

static uint32_t page[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static void read_cr0_then_break(void *argument)
{
    __asm__ volatile("int3");
}

static void undefined(void *argument)
{
    __asm__ volatile("ud2");
}

static void nest(void *argument)
{
    struct fault *inner = argument;

    *inner = probe_call(undefined, NULL);
    *(volatile uint32_t *)0xfffff000 = 0;
}

USER_TEXT static uint32_t user_add(void *argument)
{
    return (uint32_t)argument + 1;
}

USER_TEXT static uint32_t user_exits(void *argument)
{
    user_exit(77);
}

USER_TEXT static uint32_t user_reads(void *argument)
{
    return *(volatile uint32_t *)argument;
}

USER_TEXT static uint32_t user_halts(void *argument)
{
    __asm__ volatile("hlt");
    return 0;
}

static void ring1(void)
{
    struct fault inner = {.vector = NO_FAULT};

    page[0] = 42;
    struct fault got = probe_read(page);
    expect_no_fault(got);
    expect_equal(got.value, 42);
    expect_no_fault(probe_write(page, 43));
    expect_equal(page[0], 43);

    expect_fault(probe_call(read_cr0_then_break, NULL), TRAP_BREAKPOINT, 0);
    expect_fault(probe_call(undefined, NULL), TRAP_INVALID_OPCODE, 0);
    got = probe_call(nest, &inner);
    expect_fault(inner, TRAP_INVALID_OPCODE, 0);
    expect(got.vector != NO_FAULT, "the outer probe works again after an inner one");

    expect_ok(page_protect(page, PTE_READ));
    expect_fault(probe_write(page, 44), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_equal(page[0], 43);
    expect_ok(page_set(page, 0));
    got = probe_read(page + 1);
    expect_fault(got, TRAP_PAGE_FAULT, 0);
    expect_equal(got.address, (uint32_t)(page + 1));
    uint32_t mfn = address_to_mfn(page);
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
    page[0] = 0xc3c3c3c3; /* RET */
    expect_no_fault(probe_execute(page));
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA | PTE_NO_EXECUTE)));
    expect_fault(probe_execute(page), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_FETCH);
    expect_equal(mfn_to_pfn(mfn), address_to_pfn(page));
    expect_equal(page_entry(page) & PTE_FRAME_MASK, (uint64_t)mfn << 12);
}

static void ring3(void)
{
    expect_ok(user_init());
    struct fault got = user_call(user_add, (void *)41);
    expect_no_fault(got);
    expect_equal(got.value, 42);
    expect_equal(got.cs & 3, 3);
    expect_equal(user_call(user_exits, NULL).value, 77);
    expect_ok(page_set(page, pte_make(address_to_mfn(page), PTE_DATA)));
    expect_fault(user_call(user_reads, page), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_USER);
    expect_fault(user_call(user_halts, NULL), TRAP_PROTECTION, 0);
    expect_equal(user_call(user_add, (void *)1).value, 2);
}

GUEST_TEST("probes and user calls")
{
    ring1();
    ring3();
}
