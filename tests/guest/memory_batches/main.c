// SPDX-License-Identifier: MIT
/* mmu_update as an array: commands, the count of those done, domains named, arguments that cannot be read. */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define MANY 300u

static uint32_t *page;
static xen_machphys_mapping_t
    m2p;                          /* where the hypervisor's part starts, with the machine-to-physical table */
static volatile uint32_t *window; /* the first of 16 pages */
static mmu_update_t requests[MANY];

static void put(unsigned int i, uint64_t ptr, uint64_t val)
{
    requests[i] = (mmu_update_t){.ptr = ptr, .val = val};
}

static uint64_t window_entry(unsigned int i)
{
    return page_entry_machine(window + i * 1024);
}

static void test_commands(void)
{
    pte_t entry = pte_make(address_to_mfn(page), PTE_PRESENT | PTE_WRITE);
    uint32_t done = 99, mfn = address_to_mfn(page), pfn = address_to_pfn(page);

    put(0, window_entry(0), entry | PTE_ACCESSED | PTE_DIRTY);
    put(1, window_entry(0) | MMU_PT_UPDATE_PRESERVE_AD, entry);
    expect_ok(hypercall_mmu_update(requests, 2, &done, DOMID_SELF));
    expect_equal(done, 2);
    expect_equal(page_entry(window), entry | PTE_ACCESSED | PTE_DIRTY);
    put(0, window_entry(0) | MMU_NORMAL_PT_UPDATE, entry);
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_SELF));
    expect_equal(page_entry(window), entry);
    put(0, window_entry(0) | MMU_PT_UPDATE_NO_TRANSLATE, entry | PTE_NO_EXECUTE);
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_SELF));
    expect_equal(page_entry(window), entry | PTE_NO_EXECUTE);
    for (unsigned int command = 4; command < 8; command++) {
        put(0, window_entry(0) | command, 0);
        expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_SELF), -XEN_ENOSYS);
        expect_reason(REASON_no_such_subop);
        expect_equal(done, 0);
    }
    put(0, (uint64_t)mfn << 12 | MMU_MACHPHYS_UPDATE, pfn ^ 0x55);
    put(1, window_entry(0), 0);
    expect_ok(hypercall_mmu_update(requests, 2, &done, DOMID_SELF));
    expect_equal(((uint32_t *)m2p.v_start)[mfn], pfn ^ 0x55);
    put(0, (uint64_t)mfn << 12 | MMU_MACHPHYS_UPDATE, pfn);
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_SELF));
    expect_equal(((uint32_t *)m2p.v_start)[mfn], pfn);
    put(0, 0x100ull << 12 | MMU_MACHPHYS_UPDATE, 1);
    expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_SELF), -XEN_EINVAL);
    expect_reason(REASON_frame_hypervisor);
    expect_fault(probe_write((uint32_t *)m2p.v_start, 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
}

/* Of 300 updates number 200 is bad: those before it are done, those after it not. */
static void test_partial(void)
{
    uint32_t done = 99, bad = 200;
    pte_t entry = pte_make(address_to_mfn(page), PTE_DATA);

    for (unsigned int i = 0; i < MANY; i++)
        put(i, window_entry(i % 16), i % 32 < 16 ? entry : 0);
    put(bad, window_entry(bad % 16), pte_make(page_root_mfn, PTE_DATA));
    expect_errno(hypercall_mmu_update(requests, MANY, &done, DOMID_SELF), -XEN_EBUSY);
    expect_reason(REASON_frame_type_conflict);
    expect_equal(done, bad);
    for (unsigned int i = bad - 16; i < bad; i++)
        expect_equal(page_entry(window + i % 16 * 1024) & PTE_PRESENT, i % 32 < 16);
    put(bad, window_entry(bad % 16), 0);
    expect_ok(hypercall_mmu_update(requests, MANY, &done, DOMID_SELF));
    expect_equal(done, MANY);
}

static void test_arguments(void)
{
    uint32_t done = 99;
    uint8_t *last = pages_alloc(1);

    put(0, window_entry(0), 0);
    expect_ok(hypercall_mmu_update(requests, 0, &done, DOMID_SELF));
    expect_equal(done, 0);
    expect_ok(hypercall_mmu_update(requests, 1, NULL, DOMID_SELF));
    expect_errno(hypercall_mmu_update((void *)0x30000000, 1, &done, DOMID_SELF), -XEN_EFAULT);
    /* The array ends where memory does: what can be read is done. */
    memcpy(last + PAGE_BYTES - 32, requests, 16);
    memcpy(last + PAGE_BYTES - 16, requests, 16);
    pte_t behind = page_entry(last + PAGE_BYTES);
    expect_ok(page_set(last + PAGE_BYTES, 0));
    expect_errno(hypercall_mmu_update((void *)(last + PAGE_BYTES - 32), 4, &done, DOMID_SELF), -XEN_EFAULT);
    expect_reason(REASON_bad_guest_pointer);
    expect_equal(done, 2);
    expect_ok(page_set(last + PAGE_BYTES, behind));
    expect_errno(hypercall_mmu_update(requests, 1, &done, 77), -XEN_ESRCH);
    expect_errno(hypercall_mmu_update(requests, 1, &done, 0), -XEN_ESRCH);
    expect_errno(hypercall_mmu_update(requests, 1, &done, 78u << 16 | DOMID_SELF), -XEN_ESRCH);
    expect_ok(hypercall_mmu_update(requests, 1, &done, 1u << 16 | DOMID_SELF)); /* its own tables, named */
}

static void test_places(void)
{
    uint32_t done = 99, mfn = address_to_mfn(page);

    page[2] = 7;
    put(0, ((uint64_t)mfn << 12) + 8, 0x123456789ull); /* an ordinary page is just written */
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_SELF));
    expect_equal(page[2], 0x23456789);
    expect_equal(page[3], 1);
    put(0, 0x100000, 0);
    expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_SELF), -XEN_EINVAL);
    expect_reason(REASON_frame_hypervisor);
    put(0, 0xfee00000, 0);
    expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_SELF), -XEN_EINVAL);
    expect_reason(REASON_frame_invalid);
    put(0, 1ull << 62, 0);
    expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_SELF), -XEN_EINVAL);
    put(0, window_entry(0), pte_make(0xf0, PTE_READ));
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_IO));
    put(0, window_entry(0), pte_make(address_to_mfn(page), PTE_READ));
    expect_errno(hypercall_mmu_update(requests, 1, &done, DOMID_IO), -XEN_EBUSY);
    put(0, window_entry(0), 0);
    expect_ok(hypercall_mmu_update(requests, 1, &done, DOMID_SELF));
}

GUEST_TEST("mmu_update: arrays of commands")
{
    expect_ok(frames_init(boot_info));
    expect_ok(memory_op_machphys_mapping(&m2p));
    page = pages_alloc(1);
    window = pages_alloc(16);
    test_commands();
    test_partial();
    test_arguments();
    test_places();
}
