/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: turn off what isolation stands on, from ring 1, where the hypervisor emulates control registers and MSRs: WP,
 * paging and NX; the memory types of PAT; SYSENTER, SYSCALL and APIC registers; CR3 with a frame that is no root; the
 * descriptor table registers.
 *
 * WHAT WOULD GO WRONG: with WP clear ring 1 writes through read-only mappings, and page tables are only that. A changed PAT
 * gives one frame two memory types. LSTAR or SYSENTER_EIP is the address at which ring 0 is entered. LIDT and LGDT are
 * the machine.
 *
 * WHAT STOPS IT: rule 1 and the explicit lists of the emulator: CR0 takes TS alone, CR4 what the guest may choose, MSRs what
 * the list names; all else is #GP or taken and forgotten.
 *
 * HOW THE TEST KNOWS: after each attempt a store to a read-only page still faults, NX still holds, and the registers read
 * as before.
 */
#include "attack.h"
#include <guestkit/test.h>

#define CR0_TS 0x8u
#define CR0_WP 0x10000u
#define CR0_PG 0x80000000u
#define CR0_CD 0x40000000u
#define MSR_PAT 0x277
#define MSR_EFER 0xc0000080
#define PAT_OF_THE_ABI 0x0000050100070406ull

static uint32_t page[PAGE_BYTES / 4] __attribute__((aligned(4096)));

static uint32_t read_cr0(void)
{
    uint32_t value;

    __asm__ volatile("mov %%cr0, %0" : "=r"(value));
    return value;
}

static uint32_t read_cr4(void)
{
    uint32_t value;

    __asm__ volatile("mov %%cr4, %0" : "=r"(value));
    return value;
}

static void write_cr0(void *value)
{
    __asm__ volatile("mov %0, %%cr0" : : "r"(value));
}

static void write_cr3(void *value)
{
    __asm__ volatile("mov %0, %%cr3" : : "r"(value));
}

static void write_cr4(void *value)
{
    __asm__ volatile("mov %0, %%cr4" : : "r"(value));
}

static void lmsw_clear(void *argument)
{
    __asm__ volatile("lmsw %w0" : : "r"(0x30));
}

static const uint64_t zero_table;

static void lgdt(void *argument)
{
    __asm__ volatile("lgdt %0" : : "m"(zero_table));
}

static void lidt(void *argument)
{
    __asm__ volatile("lidt %0" : : "m"(zero_table));
}

struct msr {
    uint32_t number;
    uint64_t value;
};

static void read_msr(void *argument)
{
    struct msr *msr = argument;

    __asm__ volatile("rdmsr" : "=A"(msr->value) : "c"(msr->number));
}

static void write_msr(void *argument)
{
    const struct msr *msr = argument;

    __asm__ volatile("wrmsr" : : "A"(msr->value), "c"(msr->number));
}

static void expect_isolated(void)
{
    uint32_t mfn = address_to_mfn(page);

    expect_ok(page_set(page, pte_make(mfn, PTE_READ)));
    expect_fault(probe_write(page, 1), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA | PTE_NO_EXECUTE)));
    expect_fault(probe_execute(page), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_FETCH);
    expect_ok(page_set(page, pte_make(mfn, PTE_DATA)));
    expect_equal(read_cr0() & (CR0_WP | CR0_PG), CR0_WP | CR0_PG);
}

static void test_cr0(void)
{
    static const uint32_t changes[] = {CR0_WP, CR0_PG, CR0_CD, 1 /* PE */, 0x20 /* NE */};

    for (unsigned int i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        expect_fault(probe_call(write_cr0, (void *)(read_cr0() ^ changes[i])), TRAP_PROTECTION, 0);
        expect_isolated();
    }
    expect_no_fault(probe_call(write_cr0, (void *)(read_cr0() | CR0_TS)));
    expect_equal(read_cr0() & CR0_TS, CR0_TS);
    expect_no_fault(probe_call(write_cr0, (void *)(read_cr0() & ~CR0_TS)));
    probe_call(lmsw_clear, NULL);
    expect_isolated();
}

static void test_cr3_cr4(void)
{
    expect_fault(probe_call(write_cr3, (void *)(xen_pfn_to_cr3(address_to_mfn(page)))), TRAP_PROTECTION, 0);
    expect_fault(probe_call(write_cr3, (void *)(xen_pfn_to_cr3(page_table(page, 1)))), TRAP_PROTECTION, 0);
    expect_fault(probe_call(write_cr3, (void *)(xen_pfn_to_cr3(0xfffff))), TRAP_PROTECTION, 0);
    expect_no_fault(probe_call(write_cr3, (void *)(xen_pfn_to_cr3(page_root_mfn))));
    uint32_t before = read_cr4();
    for (unsigned int bit = 4; bit < 32;
         bit++) { /* below are VME, PVI, TSD and DE, the guest's to choose or refused */
        probe_call(write_cr4, (void *)(before ^ 1u << bit));
        uint32_t after = read_cr4();
        expect((after & 0x00f010b0) == (before & 0x00f010b0), "bit %u: CR4 %x became %x", bit, before, after);
        probe_call(write_cr4, (void *)before);
    }
    expect_isolated();
}

static void test_msrs(void)
{
    static const struct msr refused[] = {
        {0x174, 0xe008}, {0x175, 0x1000}, {0x176, 0x1000}, {0xc0000082, 0x1000}, {0xc0000083, 0x1000},
        {0x1b, 0x1000},  {0x1d9, 2},      {0x6e0, 1},      {0x830, 0x4500},      {0xc0010117, 0x1000},
    };
    struct msr msr = {.number = MSR_PAT};

    expect_no_fault(probe_call(read_msr, &msr));
    expect_equal(msr.value, PAT_OF_THE_ABI);
    msr.value = 0x0007040600070406ull;
    probe_call(write_msr, &msr);
    expect_no_fault(probe_call(read_msr, &msr));
    expect_equal(msr.value, PAT_OF_THE_ABI);
    msr = (struct msr){.number = MSR_EFER, .value = 0};
    probe_call(write_msr, &msr);
    expect_isolated();
    for (unsigned int i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
        msr = refused[i];
        struct fault got = probe_call(write_msr, &msr);
        if (on_ringlet()) { /* the reference lets a few go by in silence */
            expect(got.vector == TRAP_PROTECTION && got.error_code == 0, "MSR %x: vector %u", msr.number,
                   got.vector);
        }
    }
}

GUEST_TEST("WP, NX, PAT and the roots of ring 0 stay")
{
    expect_isolated();
    test_cr0();
    test_cr3_cr4();
    test_msrs();
    expect_fault(probe_call(lgdt, NULL), TRAP_PROTECTION, 0);
    expect_fault(probe_call(lidt, NULL), TRAP_PROTECTION, 0);
    expect_isolated();
}
