// SPDX-License-Identifier: MIT
/* L1 entries by update_va_mapping and mmu_update: what they may map, and that a refusal changes nothing. */
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

static uint32_t *page;   /* an ordinary page, mapped writable */
static pte_t page_pte;   /* the window's entry as it was */
static uint32_t table;   /* a pinned L1 */
static uint32_t *window; /* a page whose mapping the tests play with */

static long update(const volatile void *address, pte_t entry, uint32_t flags)
{
    return hypercall_update_va_mapping((uint32_t)address, entry, flags);
}

/* Both calls answer alike, and the entry stays. */
static void refused(pte_t entry, int error, uint32_t reason)
{
    pte_t before = page_entry(window);

    expect_errno(update(window, entry, UVMF_INVLPG), error);
    expect_reason(reason);
    expect_equal(page_entry(window), before);
    expect_errno(table_write(page_entry_machine(window), entry), error);
    expect_reason(reason);
    expect_equal(page_entry(window), before);
}

static void accepted(pte_t entry)
{
    expect_ok(update(window, entry, UVMF_INVLPG));
    expect_equal(page_entry(window) & ~(PTE_ACCESSED | PTE_DIRTY), entry & ~(PTE_ACCESSED | PTE_DIRTY));
    expect_ok(table_write(page_entry_machine(window), 0));
    expect_equal(page_entry(window), 0);
    expect_ok(table_write(page_entry_machine(window), entry));
    expect_equal(page_entry(window) & ~(PTE_ACCESSED | PTE_DIRTY), entry & ~(PTE_ACCESSED | PTE_DIRTY));
    tlb_flush_page(window);
}

static void test_map_and_unmap(void)
{
    uint32_t mfn = address_to_mfn(page);

    page[0] = 0x1234;
    accepted(pte_make(mfn, PTE_DATA));
    expect_equal(*window, 0x1234);
    accepted(pte_make(mfn, PTE_READ));
    expect_equal(*window, 0x1234);
    expect_fault(probe_write(window, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_ok(update(window, 0, UVMF_INVLPG));
    expect_fault(probe_read(window), TRAP_PAGE_FAULT, 0);
    accepted(pte_make(mfn, PTE_DATA | PTE_USER));
    accepted(pte_make(mfn, PTE_DATA | PTE_GLOBAL));
    accepted(pte_make(mfn, PTE_DATA | PTE_SOFTWARE));
    accepted(pte_make(mfn, PTE_DATA | PTE_NO_EXECUTE));
    accepted(pte_make(mfn, PTE_DATA | 1ull << 52));
    accepted(0xfffffffffffffffeull); /* not present: anything */
    accepted(0);
}

static void test_tables_are_read_only(void)
{
    accepted(pte_make(table, PTE_READ));
    refused(pte_make(table, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    refused(pte_make(page_root_mfn, PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    refused(pte_make(page_table(window, 1), PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    refused(pte_make(page_table(window, 2), PTE_DATA), -XEN_EBUSY, REASON_frame_type_conflict);
    accepted(pte_make(page_root_mfn, PTE_READ));
    accepted(pte_make(page_table(window, 1), PTE_READ));
    accepted(0);
}

static void test_other_peoples_frames(void)
{
    /* The local APIC's registers, and a machine address that no machine has. */
    refused(pte_make(0xfee00, PTE_DATA), -XEN_EPERM, REASON_device_frame_guarded);
    if (on_ringlet()) /* the reference lets the initial domain read the IO-APIC */
        refused(pte_make(0xfec00, PTE_DATA), -XEN_EPERM, REASON_device_frame_guarded);
    refused(PTE_FRAME_MASK | PTE_DATA, -XEN_EINVAL, REASON_device_frame_denied);
    refused(1ull << 50 | PTE_DATA, -XEN_EPERM, REASON_device_frame_denied);
    /* The initial domain may see the BIOS and other devices. */
    expect_ok(update(window, pte_make(0xf0, PTE_READ), UVMF_INVLPG));
    expect_equal(pte_mfn(page_entry(window)), 0xf0);
    expect_no_fault(probe_read(window));
    expect_ok(update(window, pte_make(0xb8, PTE_DATA), UVMF_INVLPG));
    expect_equal(pte_mfn(page_entry(window)), 0xb8);
    accepted(pte_make(0xfd000, PTE_DATA | PTE_NO_CACHE));
    accepted(0);
}

/* The hypervisor's own memory: the first MiB and a half of its image is at 1 MiB. */
static void test_hypervisor_memory(void)
{
    pte_t before = page_entry(window);

    for (uint32_t mfn = 0x100; mfn < 0x140; mfn += 7) {
        expect(update(window, pte_make(mfn, PTE_READ), 0) < 0, "frame %x", mfn);
        expect(update(window, pte_make(mfn, PTE_DATA), 0) < 0, "frame %x", mfn);
    }
    expect_equal(page_entry(window), before);
}

static void test_addresses(void)
{
    pte_t entry = pte_make(address_to_mfn(page), PTE_READ);
    uint32_t nowhere = 0x30000000;

    expect_errno(update((void *)nowhere, entry, UVMF_TLB_FLUSH), -XEN_EINVAL);
    expect_reason(REASON_va_not_mapped);
    expect_errno(update((void *)0xf5800000, entry, UVMF_TLB_FLUSH), -XEN_EINVAL);
    expect_reason(REASON_va_hypervisor);
    expect_errno(update((void *)0xf67ff000, entry, 0), -XEN_EINVAL);
    expect_errno(update((void *)0xfffff000, entry, 0), -XEN_EINVAL);
}

static void test_flushes(void)
{
    static uint32_t all = 1;
    pte_t one = pte_make(address_to_mfn(page), PTE_DATA),
          two = pte_make(address_to_mfn(page + 1024), PTE_DATA);
    const uint32_t flags[] = {UVMF_INVLPG | UVMF_LOCAL,     UVMF_TLB_FLUSH | UVMF_LOCAL,
                              UVMF_INVLPG | UVMF_ALL,       UVMF_TLB_FLUSH | UVMF_ALL,
                              UVMF_INVLPG | (uint32_t)&all, UVMF_TLB_FLUSH | (uint32_t)&all};

    page[0] = 1;
    page[1024] = 2;
    for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        expect_ok(update(window, one, flags[i]));
        expect_equal(*(volatile uint32_t *)window, 1);
        expect_ok(update(window, two, flags[i]));
        expect_equal(*(volatile uint32_t *)window, 2);
    }
    expect_ok(update(window, one, UVMF_NONE));
    expect_ok(update(window, one, 3));
    /* The entry changes before the mask turns out to be unreadable. */
    expect_errno(update(window, two, UVMF_TLB_FLUSH | 0x30000000), -XEN_EFAULT);
    expect_reason(REASON_vcpu_mask_unreadable);
    expect_equal(pte_mfn(page_entry(window)), pte_mfn(two));
    expect_ok(update(window, 0, UVMF_INVLPG));
}

static void test_other_domain(void)
{
    pte_t entry = pte_make(address_to_mfn(page), PTE_READ);

    expect_errno(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, 77), -XEN_ESRCH);
    expect_reason(REASON_no_such_domain);
    expect_errno(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, 0), -XEN_ESRCH);
    expect_ok(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, DOMID_SELF));
    expect_ok(
        hypercall_update_va_mapping_otherdomain((uint32_t)window, pte_make(0xf0, PTE_READ), 0, DOMID_IO));
    expect_errno(hypercall_update_va_mapping_otherdomain((uint32_t)window, entry, 0, DOMID_IO), -XEN_EBUSY);
    expect_reason(REASON_frame_foreign);
    expect_ok(update(window, 0, UVMF_INVLPG));
}

GUEST_TEST("L1 entries: what may be mapped")
{
    expect_ok(frames_init(boot_info));
    page = pages_alloc(2);
    window = pages_alloc(1);
    table = table_alloc();
    page_pte = page_entry(window);
    expect_ok(table_pin(table, 1));
    test_map_and_unmap();
    test_tables_are_read_only();
    test_other_peoples_frames();
    test_hypervisor_memory();
    test_addresses();
    test_flushes();
    test_other_domain();
    expect_ok(update(window, page_pte, UVMF_INVLPG));
    expect_ok(table_unpin(table));
}
