// SPDX-License-Identifier: MIT
/*
 * The writable_pagetables assist: stores to L1 tables that are mapped read-only are done for the kernel, by every
 * instruction that kernels use for them, and refused ones fault.
 */
#include <guestkit/frames.h>
#include <guestkit/string.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define SLOT 20u
#define FLAG_CF 0x001u
#define FLAG_ZF 0x040u

static volatile uint64_t *table; /* a pinned L1, mapped read-only */
static volatile uint32_t *half;  /* its entry SLOT in halves */
static uint32_t table_mfn;
static uint32_t *page;
static uint32_t mfn;

static void entry_is(pte_t expected)
{
    expect_equal(table[SLOT], expected);
}

static void entry_start(pte_t entry)
{
    expect_ok(table_write(table_entry_machine(table_mfn, SLOT), entry));
}

static void test_moves(void)
{
    pte_t entry = pte_make(mfn, PTE_DATA);

    entry_start(0);
    table[SLOT] = entry; /* two halves, the lower first or last as the compiler likes */
    entry_is(entry);
    __asm__ volatile("movl $0, %0" : "=m"(half[0]));
    entry_is(entry & 0xffffffff00000000);
    __asm__ volatile("movl %1, %0" : "=m"(half[0]) : "r"((uint32_t)entry));
    entry_is(entry);
    __asm__ volatile("movb %1, %0" : "=m"(*(volatile uint8_t *)half) : "q"((uint8_t)PTE_READ));
    entry_is(pte_make(mfn, PTE_READ));
    __asm__ volatile("movw %w1, %0" : "=m"(((volatile uint16_t *)half)[3]) : "r"(0x8000));
    entry_is(pte_make(mfn, PTE_READ) | PTE_NO_EXECUTE);
    __asm__ volatile("movl $0, %0" : "=m"(half[1]));
    entry_is(pte_make(mfn, PTE_READ));
    __asm__ volatile("mov %0, %%edi; stosl"
                     :
                     : "r"(half), "a"((uint32_t)pte_make(mfn, PTE_DATA))
                     : "edi", "memory");
    entry_is(pte_make(mfn, PTE_DATA));
}

static void test_strings(void)
{
    uint32_t count = 8;
    volatile void *to = half;

    entry_start(pte_make(mfn, PTE_READ));
    expect_ok(table_write(table_entry_machine(table_mfn, SLOT + 3), pte_make(mfn, PTE_READ)));
    __asm__ volatile("rep stosl" : "+D"(to), "+c"(count) : "a"(0) : "memory");
    expect_equal(count, 0);
    expect_equal((uint32_t)to, (uint32_t)(half + 8));
    for (unsigned int i = 0; i < 4; i++)
        expect_equal(table[SLOT + i], 0);
    pte_t entries[2] = {pte_make(mfn, PTE_READ), pte_make(mfn, PTE_DATA)};
    const void *from = entries;
    to = half;
    count = 4;
    __asm__ volatile("rep movsl" : "+D"(to), "+S"(from), "+c"(count) : : "memory");
    expect_equal(count, 0);
    expect_equal((uint32_t)from, (uint32_t)(entries + 2));
    expect_equal(table[SLOT], entries[0]);
    expect_equal(table[SLOT + 1], entries[1]);
    expect_ok(table_write(table_entry_machine(table_mfn, SLOT + 1), 0));
}

static void test_arithmetic(void)
{
    pte_t entry = pte_make(mfn, PTE_PRESENT | PTE_WRITE);

    entry_start(entry);
    __asm__ volatile("orl %1, %0" : "+m"(half[0]) : "r"((uint32_t)(PTE_ACCESSED | PTE_DIRTY)));
    entry_is(entry | PTE_ACCESSED | PTE_DIRTY);
    __asm__ volatile("lock andl %1, %0" : "+m"(half[0]) : "ir"((uint32_t)~PTE_WRITE));
    entry_is(pte_make(mfn, PTE_PRESENT | PTE_ACCESSED | PTE_DIRTY));
    __asm__ volatile("xorl $0x60, %0" : "+m"(half[0]));
    entry_is(pte_make(mfn, PTE_PRESENT));
    __asm__ volatile("addl $0x200, %0" : "+m"(half[0]));
    entry_is(pte_make(mfn, PTE_PRESENT) | 0x200);
    __asm__ volatile("subl %1, %0" : "+m"(half[0]) : "r"(0x200));
    entry_is(pte_make(mfn, PTE_PRESENT));
    entry_start(pte_make(mfn, PTE_PRESENT));
}

static void test_bits(void)
{
    uint32_t flags;

    entry_start(pte_make(mfn, PTE_PRESENT | PTE_ACCESSED));
    __asm__ volatile("lock btrl $5, %1; pushf; pop %0" : "=r"(flags), "+m"(half[0]));
    entry_is(pte_make(mfn, PTE_PRESENT));
    expect_equal(flags & FLAG_CF, FLAG_CF);
    __asm__ volatile("lock btsl %2, %1; pushf; pop %0" : "=r"(flags), "+m"(half[0]) : "r"(1));
    entry_is(pte_make(mfn, PTE_PRESENT | PTE_WRITE));
    expect_equal(flags & FLAG_CF, 0);
    __asm__ volatile("btcl $1, %1; pushf; pop %0" : "=r"(flags), "+m"(half[0]));
    entry_is(pte_make(mfn, PTE_PRESENT));
    expect_equal(flags & FLAG_CF, FLAG_CF);
}

static void test_exchanges(void)
{
    pte_t entry = pte_make(mfn, PTE_DATA), old;
    uint32_t value = (uint32_t)entry, flags;

    entry_start(0);
    __asm__ volatile("xchgl %0, %1" : "+r"(value), "+m"(half[0]));
    expect_equal(value, 0);
    entry_is(entry);
    uint32_t expected = (uint32_t)entry;
    __asm__ volatile("lock cmpxchgl %3, %1; pushf; pop %2"
                     : "+a"(expected), "+m"(half[0]), "=r"(flags)
                     : "r"((uint32_t)pte_make(mfn, PTE_READ)));
    expect_equal(flags & FLAG_ZF, FLAG_ZF);
    entry_is(pte_make(mfn, PTE_READ));
    old = pte_make(mfn, PTE_READ);
    __asm__ volatile("lock cmpxchg8b %1; pushf; pop %2"
                     : "+A"(old), "+m"(table[SLOT]), "=r"(flags)
                     : "b"((uint32_t)entry), "c"((uint32_t)(entry >> 32)));
    expect_equal(flags & FLAG_ZF, FLAG_ZF);
    entry_is(entry);
    old = 5;
    __asm__ volatile("lock cmpxchg8b %1; pushf; pop %2"
                     : "+A"(old), "+m"(table[SLOT]), "=r"(flags)
                     : "b"(0), "c"(0));
    expect_equal(flags & FLAG_ZF, 0);
    expect_equal(old, entry);
    entry_is(entry);
    value = 0x200;
    __asm__ volatile("lock xaddl %0, %1" : "+r"(value), "+m"(half[0]));
    expect_equal(value, (uint32_t)entry);
    entry_is(entry | 0x200);
}

/* What mmu_update refuses faults here, as a write to a read-only page, and changes nothing. */
static void test_refusals(void)
{
    pte_t entry = pte_make(mfn, PTE_DATA);

    entry_start(entry);
    expect_fault(probe_write((uint32_t *)&half[0], (uint32_t)pte_make(table_mfn, PTE_DATA)), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    expect_reason(REASON_frame_type_conflict);
    entry_is(entry);
    expect_fault(probe_write((uint32_t *)&half[0], 0xfee00003), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    entry_is(entry);
    expect_fault(probe_write((uint32_t *)((char *)half + 2), 0), TRAP_PAGE_FAULT,
                 FAULT_PRESENT | FAULT_WRITE);
    entry_is(entry);
    /* The upper half of a present entry, before the lower one: taken as not present until that comes. */
    expect_no_fault(probe_write((uint32_t *)&half[1], 0xfff));
    entry_is((entry & 0xffffffff & ~PTE_PRESENT) | 0xfffull << 32);
    entry_start(entry);
}

/* L2 and L3 tables are not written this way, and neither is anything with the assist off. */
static void test_other_tables(void)
{
    uint32_t l2 = page_table(page, 2);
    pte_t before = table_entry(l2, 511);
    volatile uint32_t *window = pages_alloc(1);
    pte_t window_entry = page_entry(window);

    expect_ok(page_set(window, pte_make(l2, PTE_READ)));
    expect_fault(probe_write((uint32_t *)&window[1022], 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_equal(table_entry(l2, 511), before);
    expect_ok(page_set(window, window_entry));
    expect_ok(hypercall_vm_assist(VMASST_CMD_disable, VMASST_TYPE_writable_pagetables));
    if (on_ringlet()) { /* the reference does it for the initial domain even so */
        expect_fault(probe_write((uint32_t *)&half[0], 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
        entry_is(pte_make(mfn, PTE_DATA));
    }
}

GUEST_TEST("writes to page tables, done by the hypervisor")
{
    expect_ok(frames_init(boot_info));
    page = pages_alloc(1);
    mfn = address_to_mfn(page);
    table_mfn = table_alloc();
    table = pfn_to_address(mfn_to_pfn(table_mfn));
    half = (volatile uint32_t *)&table[SLOT];
    expect_ok(table_pin(table_mfn, 1));
    if (on_ringlet())
        expect_fault(probe_write((uint32_t *)&half[0], 0), TRAP_PAGE_FAULT, FAULT_PRESENT | FAULT_WRITE);
    expect_ok(hypercall_vm_assist(VMASST_CMD_enable, VMASST_TYPE_writable_pagetables));
    test_moves();
    test_strings();
    test_arithmetic();
    test_bits();
    test_exchanges();
    test_refusals();
    test_other_tables();
    expect_ok(table_unpin(table_mfn));
}
