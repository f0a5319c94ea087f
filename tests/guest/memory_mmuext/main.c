// SPDX-License-Identifier: MIT
/* mmuext_op beyond pins: flushes, caches, whole pages, and commands that are not for this guest. */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static uint32_t *one, *two;
static uint32_t table;

static int extended(unsigned int command, uint32_t arg1, uint32_t arg2)
{
    return mmu_extended(command, arg1, arg2);
}

static void refused(unsigned int command, uint32_t arg1, uint32_t arg2, int error, uint32_t reason)
{
    expect_errno(extended(command, arg1, arg2), error);
    expect_reason(reason);
}

/* Without a flush the old translation may live on; with one it must be gone. */
static void test_flushes(void)
{
    static uint32_t mask = 1;
    volatile uint32_t *window = pages_alloc(1);
    uint64_t machine = page_entry_machine(window);
    const struct {
        uint32_t command, arg1, arg2;
    } ways[] = {
        {MMUEXT_TLB_FLUSH_LOCAL, 0, 0},
        {MMUEXT_TLB_FLUSH_ALL, 0, 0},
        {MMUEXT_TLB_FLUSH_MULTI, 0, (uint32_t)&mask},
        {MMUEXT_INVLPG_LOCAL, (uint32_t)window, 0},
        {MMUEXT_INVLPG_ALL, (uint32_t)window, 0},
        {MMUEXT_INVLPG_MULTI, (uint32_t)window, (uint32_t)&mask},
    };
    pte_t before = page_entry(window);

    *one = 1;
    *two = 2;
    for (unsigned int i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        expect_ok(table_write(machine, pte_make(address_to_mfn(one), PTE_DATA)));
        expect_ok(extended(ways[i].command, ways[i].arg1, ways[i].arg2));
        expect_equal(*window, 1);
        expect_ok(table_write(machine, pte_make(address_to_mfn(two), PTE_DATA)));
        expect_ok(extended(ways[i].command, ways[i].arg1, ways[i].arg2));
        expect_equal(*window, 2);
    }
    expect_ok(table_write(machine, before));
    expect_ok(tlb_flush());
    refused(MMUEXT_TLB_FLUSH_MULTI, 0, 0x30000000, -XEN_EINVAL, REASON_vcpu_mask_unreadable);
    refused(MMUEXT_INVLPG_MULTI, (uint32_t)window, 0x30000000, -XEN_EINVAL, REASON_vcpu_mask_unreadable);
    expect_ok(extended(MMUEXT_INVLPG_LOCAL, 0xf5800000, 0));
    expect_ok(extended(MMUEXT_INVLPG_ALL, 0xffffffff, 0));
    expect_ok(extended(MMUEXT_FLUSH_CACHE, 0, 0));
    expect_ok(extended(MMUEXT_FLUSH_CACHE_GLOBAL, 0, 0));
}

static void test_pages(void)
{
    for (unsigned int i = 0; i < 1024; i++) {
        one[i] = i * 7 + 1;
        two[i] = 0;
    }
    expect_ok(extended(MMUEXT_COPY_PAGE, address_to_mfn(two), address_to_mfn(one)));
    expect(memcmp(one, two, PAGE_BYTES) == 0);
    expect_ok(extended(MMUEXT_CLEAR_PAGE, address_to_mfn(two), 0));
    uint32_t sum = 0;
    for (unsigned int i = 0; i < 1024; i++)
        sum |= two[i];
    expect_equal(sum, 0);
    /* A table may be read, not written. */
    expect_ok(extended(MMUEXT_COPY_PAGE, address_to_mfn(two), page_root_mfn));
    expect_equal(two[0], (uint32_t)table_entry(page_root_mfn, 0));
    refused(MMUEXT_COPY_PAGE, page_root_mfn, address_to_mfn(one), -XEN_EINVAL, REASON_frame_type_conflict);
    refused(MMUEXT_CLEAR_PAGE, page_root_mfn, 0, -XEN_EINVAL, REASON_frame_type_conflict);
    refused(MMUEXT_CLEAR_PAGE, table, 0, -XEN_EINVAL, REASON_frame_type_conflict);
    refused(MMUEXT_CLEAR_PAGE, 0x100, 0, -XEN_EINVAL, REASON_frame_hypervisor);
    refused(MMUEXT_COPY_PAGE, address_to_mfn(two), 0x100, -XEN_EINVAL, REASON_frame_hypervisor);
    refused(MMUEXT_COPY_PAGE, address_to_mfn(two), 0xffffffff, -XEN_EINVAL, REASON_frame_invalid);
}

static void test_not_for_us(void)
{
    expect_ok(extended(MMUEXT_PIN_L4_TABLE, address_to_mfn(one), 0)); /* nothing happens */
    expect_no_fault(probe_write(one, 1));
    refused(MMUEXT_NEW_USER_BASEPTR, page_root_mfn, 0, -XEN_EINVAL, REASON_not_for_this_width);
    refused(MMUEXT_MARK_SUPER, 0, 0, -XEN_EOPNOTSUPP, REASON_obsolete);
    refused(MMUEXT_UNMARK_SUPER, 0, 0, -XEN_EOPNOTSUPP, REASON_obsolete);
    refused(14, 0, 0, -XEN_ENOSYS, REASON_no_such_subop);
    refused(21, 0, 0, -XEN_ENOSYS, REASON_no_such_subop);
    refused(0xffffffff, 0, 0, -XEN_ENOSYS, REASON_no_such_subop);
    refused(MMUEXT_SET_LDT, (uint32_t)one, 8193, -XEN_EINVAL, REASON_ldt_entries);
    refused(MMUEXT_SET_LDT, (uint32_t)one + 8, 1, -XEN_EINVAL, REASON_ldt_base);
    expect_ok(extended(MMUEXT_SET_LDT, 1, 0));
}

static void test_batches(void)
{
    mmuext_op_t ops[4] = {{.cmd = MMUEXT_TLB_FLUSH_LOCAL},
                          {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = table},
                          {.cmd = MMUEXT_UNPIN_TABLE, .arg1.mfn = table},
                          {.cmd = MMUEXT_CLEAR_PAGE, .arg1.mfn = address_to_mfn(one)}};
    uint32_t done = 99;

    *one = 5;
    expect_errno(hypercall_mmuext_op(ops, 4, &done, DOMID_SELF), -XEN_EINVAL);
    expect_reason(REASON_frame_not_pinned);
    expect_equal(done, 2);
    expect_equal(*one, 5);
    expect_ok(hypercall_mmuext_op(ops, 0, &done, DOMID_SELF));
    expect_equal(done, 2); /* of a 32-bit guest the reference does not even write that nothing was done */
    expect_errno(hypercall_mmuext_op((void *)0x30000000, 1, &done, DOMID_SELF), -XEN_EFAULT);
    expect_errno(hypercall_mmuext_op(ops, 1, &done, 77), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    expect_errno(hypercall_mmuext_op(ops, 1, &done, 0), -XEN_ESRCH);
    expect_ok(hypercall_mmuext_op(ops, 1, NULL, DOMID_SELF));
}

GUEST_TEST("mmuext_op: flushes, pages, refusals")
{
    expect_ok(frames_init(boot_info));
    one = pages_alloc(1);
    two = pages_alloc(1);
    table = table_alloc();
    expect_ok(table_pin(table, 1));
    test_flushes();
    test_pages();
    test_not_for_us();
    test_batches();
}
