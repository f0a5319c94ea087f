/* SPDX-License-Identifier: MIT */
/*
 * run-memory: 256 6144
 *
 * THE ATTACK: map memory that is not RAM: the local APIC, the IO-APIC, the page devices write to send an interrupt;
 * addresses beyond what the processor has pins for; and device memory as a page table, a descriptor page, or memory
 * to be copied.
 *
 * WHAT WOULD GO WRONG: with the interrupt controllers a guest stops the timer, masks the hypervisor's interrupts, sends
 * INIT to other processors, or raises any vector. An address the processor does not have makes it raise a page fault with
 * the reserved bit, in ring 0 if ring 0 copies from there. Device memory has no count, so as a table it would
 * be checked once and change ever after.
 *
 * WHAT STOPS IT: rule 13 of ring-1 isolation and T14 of page types: frames that are not RAM have no type and are mapped by
 * L1 entries alone, by a domain with the right to that range; some ranges nobody has.
 *
 * HOW THE TEST KNOWS: errno and reason for each; the text screen's memory, which the initial domain does have the right
 * to, can be mapped, so the refusals are not for want of any right.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define SCREEN 0xb8u
#define LOCAL_APIC 0xfee00u
#define IO_APIC 0xfec00u
#define MSI_LAST 0xfeeffu
#define HPET 0xfed00u
#define BEYOND_THE_PINS 0x8000000000ull /* bit 51 of the address */

static uint32_t window[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static void test_guarded(uint32_t mfn)
{
    expect_map_refused(window, pte_make(mfn, PTE_READ), -XEN_EPERM, REASON_device_frame_guarded);
    expect_map_refused(window, pte_make(mfn, PTE_DATA | PTE_NO_CACHE), -XEN_EPERM,
                       REASON_device_frame_guarded);
    expect_refused(hypercall_update_va_mapping_otherdomain((uint32_t)window, pte_make(mfn, PTE_DATA), 0,
                                                           DOMID_IO),
                   -XEN_EPERM, REASON_device_frame_guarded);
}

static void test_as_something_else(uint32_t mfn)
{
    uint32_t own = address_to_mfn(window);

    for (unsigned int level = 1; level <= 3; level++) {
        expect_errno(table_pin(mfn, level), -XEN_EINVAL);
    }
    expect_entry_refused(page_table(window, 2), 400, pte_make(mfn, PTE_TABLE), -XEN_EINVAL,
                         REASON_device_frame_not_l1);
    expect_entry_refused(page_root_mfn, 2, pte_make(mfn, PTE_L3), -XEN_EINVAL, REASON_device_frame_not_l1);
    expect_errno(hypercall_set_gdt(&mfn, 512), -XEN_EINVAL);
    expect_errno(frame_clear(mfn), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_COPY_PAGE, own, mfn), -XEN_EINVAL);
    expect_errno(mmu_extended(MMUEXT_COPY_PAGE, mfn, own), -XEN_EINVAL);
    expect_errno(table_write((uint64_t)mfn << 12, 0), -XEN_EINVAL);
}

GUEST_TEST("device memory is mapped by right")
{
    pte_t own = pte_make(address_to_mfn(window), PTE_DATA);

    expect_ok(frames_init(boot_info));
    expect_ok(page_set(window, pte_make(SCREEN, PTE_DATA | PTE_NO_CACHE)));
    expect_no_fault(probe_read(window));
    expect_ok(page_set(window, own));
    test_guarded(LOCAL_APIC);
    test_guarded(MSI_LAST);
    if (on_ringlet()) { /* the reference lets these be read */
        test_guarded(IO_APIC);
        test_guarded(HPET);
    }
    expect_map_refused(window, BEYOND_THE_PINS << 12 | PTE_READ, -XEN_EPERM, REASON_device_frame_denied);
    expect_map_refused(window, PTE_FRAME_MASK | PTE_READ, -XEN_EINVAL, REASON_device_frame_denied);
    test_as_something_else(SCREEN);
    test_as_something_else(LOCAL_APIC);
}
