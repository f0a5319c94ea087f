/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: put system descriptors into the GDT or LDT: a task state segment, an LDT, a task, interrupt or trap gate, of
 * 16, 32 and 64 bits; overwrite the hypervisor's own entries; make the table longer than it may be.
 *
 * WHAT WOULD GO WRONG: each hands the processor a structure that nobody checked. A TSS has the stack pointers the processor
 * enters ring 0 on; an LDT descriptor makes any memory a descriptor table. The hypervisor's TSS and segments
 * live in the same GDT, from selector 0xe000 up.
 *
 * WHAT STOPS IT: rule 2: system types are refused, except type 0 and call gates (attack_call_gate). Rule 3: the
 * reserved page is not the guest's, and a GDT of its own ends before it.
 *
 * HOW THE TEST KNOWS: all sixteen system types are tried, present, by update_descriptor and in a page handed over: -EINVAL,
 * the reason, and the entry is as before. LTR and LLDT fault. Not present, the same bits are taken: loading them faults.
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define PRESENT (1ull << 47)
#define TYPE(type) ((uint64_t)(type) << 40)
#define CALL_GATE_32 12
#define GUARD 0x0011223344556677ull /* not present */
#define GDT_ENTRIES_MAX 7168

static void load_tr(void *argument)
{
    __asm__ volatile("ltr %w0" : : "r"(argument));
}

static void load_ldtr(void *argument)
{
    __asm__ volatile("lldt %w0" : : "r"(argument));
}

static void test_type(uint32_t page, unsigned int type)
{
    uint64_t slot = ((uint64_t)page << 12) + 8;
    uint64_t asked = PRESENT | DESCRIPTOR_DPL(3) | TYPE(type) | 0x67;

    expect_ok(hypercall_update_descriptor(slot, GUARD));
    expect_refused(hypercall_update_descriptor(slot, asked), -XEN_EINVAL, REASON_descriptor_system_type);
    expect_equal(descriptor_read(page, 1), GUARD);
    expect_ok(hypercall_update_descriptor(slot, asked & ~PRESENT));
    expect_fault(probe_load_es(SELECTOR(1, 1)), TRAP_PROTECTION, SELECTOR(1, 0));

    uint64_t first[] = {0, asked};
    uint32_t other = descriptors_page(first, 2);
    expect_refused(hypercall_set_gdt(&other, 512), -XEN_EINVAL, REASON_descriptor_system_type);
    expect_ok(table_free(other));
}

GUEST_TEST("no system descriptor")
{
    expect_ok(frames_init(boot_info));
    uint32_t page = descriptors_page(NULL, 0);
    expect_ok(hypercall_set_gdt(&page, 512));
    for (unsigned int type = 1; type < 16; type++) {
        if (type != CALL_GATE_32) {
            test_type(page, type);
        }
    }
    expect_fault(probe_call(load_tr, (void *)0xe040), TRAP_PROTECTION, 0);
    expect_fault(probe_call(load_tr, (void *)8), TRAP_PROTECTION, 0);
    expect_fault(probe_call(load_ldtr, (void *)0xe050), TRAP_PROTECTION, 0);
    expect_fault(probe_call(load_ldtr, (void *)8), TRAP_PROTECTION, 0);

    static uint32_t frames[16];
    for (unsigned int i = 0; i < 16; i++) {
        frames[i] = page;
    }
    expect_refused(hypercall_set_gdt(frames, GDT_ENTRIES_MAX + 1), -XEN_EINVAL, REASON_gdt_entries);
    expect_refused(hypercall_set_gdt(frames, 8192), -XEN_EINVAL, REASON_gdt_entries);
    expect_refused(hypercall_set_gdt(frames, 0xffffffff), -XEN_EINVAL, REASON_gdt_entries);
    /* The one page as all the pages a GDT can have: more references, one type. */
    expect_ok(hypercall_set_gdt(frames, GDT_ENTRIES_MAX));
    expect_map_refused(pfn_to_address(mfn_to_pfn(page)), pte_make(page, PTE_DATA), -XEN_EBUSY,
                       REASON_frame_type_conflict);
    expect_ok(hypercall_set_gdt(frames, 0));
    expect_refused(hypercall_update_descriptor(((uint64_t)page << 12) + 4, 0), -XEN_EINVAL,
                   REASON_descriptor_unaligned);
    expect_ok(table_free(page));
}
