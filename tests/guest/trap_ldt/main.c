/* SPDX-License-Identifier: MIT */
/*
 * The LDT follows the guest's own mapping of it: pages appear when the processor first looks at them, become descriptor
 * pages then, and stop being ones when their mapping goes. Selectors outside it fault as on any processor.
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static uint64_t ldt[1024] __attribute__((aligned(4096)));

#define DATA(base, limit, dpl)                                                                               \
    (1ull << 47 | 1ull << 44 | 1ull << 54 | 2ull << 40 | (uint64_t)(dpl) << 45 | ((limit)&0xffff) |          \
     (uint64_t)((limit)&0xf0000) << 32 | (uint64_t)((uint32_t)(base)&0xffffff) << 16 |                       \
     (uint64_t)((uint32_t)(base) >> 24) << 56)
#define LDT_SELECTOR(index, rpl) ((index) << 3 | 4 | (rpl))

static uint32_t target = 0x11223344;

static int set_ldt(const void *base, uint32_t entries)
{
    mmuext_op_t op = {.cmd = MMUEXT_SET_LDT, .arg1.linear_addr = (uint32_t)base, .arg2.nr_ents = entries};

    return hypercall_mmuext_op(&op, 1, NULL, DOMID_SELF);
}

static void load_gs(void *selector)
{
    __asm__ volatile("movl %0, %%gs" : : "r"((uint32_t)selector));
}

static uint32_t read_through_gs(void)
{
    uint32_t value;

    __asm__ volatile("movl %%gs:0, %0" : "=r"(value));
    return value;
}

static uint32_t gs(void)
{
    uint32_t selector = 0;

    __asm__ volatile("movl %%gs, %0" : "=r"(selector));
    return selector & 0xffff;
}

static void refusals(void)
{
    expect_errno(set_ldt((char *)ldt + 8, 1), -XEN_EINVAL);
    expect_errno(set_ldt(ldt, 8193), -XEN_EINVAL);
    expect_fault(probe_call(load_gs, (void *)LDT_SELECTOR(1, 1)), TRAP_PROTECTION, LDT_SELECTOR(1, 0));
}

static void lazily(void)
{
    uint64_t *second = ldt + 512;

    ldt[1] = DATA(&target, 0xfff, 1);
    ldt[2] = DATA(0, 0xfff, 0); /* privilege is raised when the page becomes an LDT's */
    second[0] = DATA(&target, 0xfff, 1);
    expect_ok(page_protect(ldt, PTE_READ));
    expect_ok(page_set(second, 0));
    expect_ok(set_ldt(ldt, 1024));
    expect_no_fault(probe_call(load_gs, (void *)LDT_SELECTOR(1, 1)));
    expect_equal(read_through_gs(), target);
    expect_equal(ldt[2] >> 45 & 3, 1);
    /* Its second page is not mapped: the fault names the place in the guest's LDT. */
    struct fault got = probe_call(load_gs, (void *)LDT_SELECTOR(512, 1));
    expect_fault(got, TRAP_PAGE_FAULT, 0);
    expect_equal(got.address, (uint32_t)second);
    expect_fault(probe_call(load_gs, (void *)LDT_SELECTOR(1024, 1)), TRAP_PROTECTION, LDT_SELECTOR(1024, 0));
}

static void follows_its_mapping(void)
{
    load_gs(0);
    /* In use as an LDT it cannot be written. */
    expect_errno(page_protect(ldt, PTE_DATA), -XEN_EBUSY);
    expect_reason(REASON_frame_type_conflict);
    expect_ok(
        hypercall_update_descriptor(((uint64_t)address_to_mfn(ldt) << 12) + 24, DATA(&target, 0xfff, 1)));
    expect_no_fault(probe_call(load_gs, (void *)LDT_SELECTOR(3, 1)));
    load_gs(0);
    expect_ok(set_ldt(NULL, 0));
    expect_ok(page_protect(ldt, PTE_DATA));
    ldt[3] = 0;
    expect_fault(probe_call(load_gs, (void *)LDT_SELECTOR(3, 1)), TRAP_PROTECTION, LDT_SELECTOR(3, 0));
}

GUEST_TEST("an LDT appears page by page and follows its mapping")
{
    refusals();
    lazily();
    follows_its_mapping();
    expect_equal(gs(), 0);
}
