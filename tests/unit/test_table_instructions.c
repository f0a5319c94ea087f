// SPDX-License-Identifier: MIT
/*
 * traps/emulate_table_write.c: every instruction form that writes a page-table entry, from its bytes to the entry, the
 * registers and the flags; and those it must leave to the guest. The entry is at a linear address that the guest has
 * mapped read-only. Values are of entries that are not present, so that any number may stand there.
 */
#include "unit_test.h"

#include "core/why.h"
#include "fake_guest.h"
#include "fake_tables.h"
#include "machine/segment_registers.h"
#include "memory/hypercalls.h"
#include "traps/descriptor_tables.h"
#include "traps/emulate_table_write.h"
#include "traps/page_fault.h"

#define WINDOW 0x3000u /* where the guest sees its L1 */
#define SLOT 20u
#define HERE (WINDOW + SLOT * 8)
#define OLD 0x1122334455667786ull /* bit 0 clear */
#define ARITHMETIC (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

static struct vcpu *v;
static struct fake_tables t;

static int start(void **state)
{
    v = fake_guest_start();
    if (!v)
        return -1;
    t = fake_tables(v->domain);
    fake_entry_set(t.l1, WINDOW >> PAGE_SHIFT, pte_make(t.l1, PTE_P));
    if (guest_table_set(v, t.root))
        return -1;
    fake_entry_set(t.l1, SLOT, OLD);
    fake_selectors = (struct fake_selectors){.ds = SEL_RING1_DS, .es = SEL_RING1_DS};
    fake_regs.rdi = HERE; /* what most instructions below go by */
    fake_regs.rax = 0xa1a2a3a4;
    return 0;
}

static int end(void **state)
{
    unsigned differences;

    fake_entry_set(t.l1, SLOT, 0);
    guest_table_drop(v);
    while (frame_release_pending(v))
        ;
    differences = fake_differences();
    fake_machine_end();
    return differences != 0;
}

static bool run(const uint8_t *code, unsigned n)
{
    fake_guest_at(1, code, n);
    return emulate_table_write(v, &fake_regs, HERE, t.l1);
}

static void assert_entry(uint64_t expected)
{
    assert_int_equal(fake_entry(t.l1, SLOT), expected);
}

/* Done: the entry is this, the arithmetic flags are those, and the next instruction follows. */
static void assert_done(uint64_t expected, uint64_t flags, unsigned length)
{
    assert_entry(expected);
    assert_int_equal(fake_regs.rflags & ARITHMETIC, flags);
    assert_int_equal(fake_regs.rip, GUEST_CODE + length);
}

static void assert_left_alone(void)
{
    assert_entry(OLD);
    assert_int_equal(fake_regs.rip, GUEST_CODE);
}

/* ---- stores ---- */

static void test_mov(void **state)
{
    assert_true(run(BYTES(0x89, 0x07))); /* mov %eax, (%edi) */
    assert_done(0x11223344a1a2a3a4, 0, 2);
    assert_true(run(BYTES(0x66, 0x89, 0x07)));
    assert_done(0x11223344a1a2a3a4, 0, 3);
    fake_regs.rax = 0x2200;
    assert_true(run(BYTES(0x88, 0x27))); /* mov %ah, (%edi) */
    assert_done(0x11223344a1a2a322, 0, 2);
}

static void test_mov_immediate(void **state)
{
    assert_true(run(BYTES(0xc7, 0x07, 0x10, 0x20, 0x30, 0x40)));
    assert_done(0x1122334440302010, 0, 6);
    assert_true(run(BYTES(0x66, 0xc7, 0x07, 0x02, 0x01)));
    assert_done(0x1122334440300102, 0, 5);
    assert_true(run(BYTES(0xc6, 0x07, 0x80)));
    assert_done(0x1122334440300180, 0, 3);
}

static void test_mov_to_an_absolute_address(void **state)
{
    assert_true(run(BYTES(0xa3, HERE & 0xff, HERE >> 8 & 0xff, 0, 0)));
    assert_done(0x11223344a1a2a3a4, 0, 5);
    assert_true(run(BYTES(0xa2, HERE & 0xff, HERE >> 8 & 0xff, 0, 0)));
    assert_done(0x11223344a1a2a3a4, 0, 5);
    fake_regs.rax = 0x10;
    assert_true(run(BYTES(0x66, 0xa3, HERE & 0xff, HERE >> 8 & 0xff, 0, 0)));
    assert_done(0x11223344a1a20010, 0, 6);
}

static void test_movnti(void **state)
{
    assert_true(run(BYTES(0x0f, 0xc3, 0x07)));
    assert_done(0x11223344a1a2a3a4, 0, 3);
}

static void test_stos(void **state)
{
    assert_true(run(BYTES(0xab)));
    assert_done(0x11223344a1a2a3a4, 0, 1);
    assert_int_equal(fake_regs.rdi, HERE + 4);
    fake_regs.rdi = HERE;
    fake_regs.rcx = 2;
    assert_true(run(BYTES(0xf3, 0xaa)));
    assert_int_equal(fake_regs.rip, GUEST_CODE); /* once more */
    assert_int_equal(fake_regs.rcx, 1);
    assert_int_equal(fake_regs.rdi, HERE + 1);
    fake_regs.rdi = HERE;
    assert_true(run(BYTES(0xf3, 0xaa)));
    assert_int_equal(fake_regs.rip, GUEST_CODE + 2);
    assert_int_equal(fake_regs.rcx, 0);
}

static void test_movs(void **state)
{
    static const uint32_t source = 0x0badcafe;

    guest_poke(GUEST_DATA, &source, 4);
    fake_regs.rsi = GUEST_DATA;
    fake_guest_at(1, BYTES(0xa5));
    fake_regs.rflags |= RFLAGS_DF;
    assert_true(emulate_table_write(v, &fake_regs, HERE, t.l1));
    assert_entry(0x112233440badcafe);
    assert_int_equal(fake_regs.rsi, GUEST_DATA - 4);
    assert_int_equal(fake_regs.rdi, HERE - 4);
}

static void test_movs_from_other_segments(void **state)
{
    static const uint32_t source = 0x0badcafe;
    uint64_t table[] = {0, fake_segment(GUEST_DATA - 0x100, 0xffff, SEGMENT_DATA, 1)};
    mfn_t page = fake_descriptor_frame(table, 2);

    assert_int_equal(gdt_set(v, &page, 512), 0);
    guest_poke(GUEST_DATA, &source, 4);
    fake_regs.rsi = 0x100;
    fake_selectors.fs = 0x09;
    assert_true(run(BYTES(0x64, 0xa5)));
    assert_done(0x112233440badcafe, 0, 2);
    fake_regs.rdi = HERE;
    fake_selectors.fs = 0x13; /* names nothing */
    fake_selectors.fs = 0;
    assert_false(run(BYTES(0x64, 0xa5)));
    fake_regs.rsi = 0x900000; /* not mapped */
    assert_false(run(BYTES(0xa5)));
    assert_int_equal(fake_regs.rdi, HERE);
    gdt_drop(v);
}

/* ---- arithmetic: flags as Intel SDM volume 1, section 3.4.3.1 ---- */

static void test_arithmetic_with_a_register(void **state)
{
    fake_entry_set(t.l1, SLOT, 0xfffffff0);
    fake_regs.rax = 0x10;
    assert_true(run(BYTES(0x01, 0x07))); /* add */
    assert_done(0, RFLAGS_CF | RFLAGS_ZF | RFLAGS_PF, 2);
    fake_regs.rax = 0xf0;
    assert_true(run(BYTES(0x09, 0x07))); /* or */
    assert_done(0xf0, RFLAGS_PF, 2);
    fake_regs.rax = 0x30;
    assert_true(run(BYTES(0x21, 0x07))); /* and */
    assert_done(0x30, RFLAGS_PF, 2);
    assert_true(run(BYTES(0x31, 0x07))); /* xor */
    assert_done(0, RFLAGS_ZF | RFLAGS_PF, 2);
    fake_regs.rax = 2;
    assert_true(run(BYTES(0x29, 0x07))); /* sub */
    assert_done(0xfffffffe, RFLAGS_CF | RFLAGS_SF | RFLAGS_AF, 2);
    fake_guest_at(1, BYTES(0x11, 0x07)); /* adc */
    fake_regs.rflags |= RFLAGS_CF;
    fake_regs.rax = 1;
    assert_true(emulate_table_write(v, &fake_regs, HERE, t.l1));
    assert_done(0, RFLAGS_CF | RFLAGS_ZF | RFLAGS_PF | RFLAGS_AF, 2);
    fake_guest_at(1, BYTES(0x18, 0x27)); /* sbb %ah, (%edi) */
    fake_regs.rflags |= RFLAGS_CF;
    fake_regs.rax = 0x0100;
    assert_true(emulate_table_write(v, &fake_regs, HERE, t.l1));
    assert_done(0xfe, RFLAGS_CF | RFLAGS_SF | RFLAGS_AF, 2);
}

static void test_arithmetic_with_an_immediate(void **state)
{
    assert_true(run(BYTES(0x83, 0x27, 0xf0))); /* and: the byte is sign-extended */
    assert_done(0x1122334455667780, 0, 3);
    assert_true(run(BYTES(0x81, 0x0f, 0x00, 0x00, 0x00, 0x88)));
    assert_done(0x11223344dd667780, RFLAGS_SF, 6);
    assert_true(run(BYTES(0x80, 0x37, 0x80)));
    assert_done(0x11223344dd667700, RFLAGS_ZF | RFLAGS_PF, 3);
    assert_true(run(BYTES(0x66, 0x81, 0x2f, 0x00, 0x77)));
    assert_done(0x11223344dd660000, RFLAGS_ZF | RFLAGS_PF, 5);
    assert_false(run(BYTES(0x83, 0x3f, 0x00))); /* cmp does not write */
}

/* In the upper half, where any number may stand. CF stays as it is. */
static void test_increment_and_decrement(void **state)
{
    fake_entry_set(t.l1, SLOT, 0x8000000000000000);
    fake_regs.rdi = HERE + 4;
    fake_guest_at(1, BYTES(0xff, 0x0f));
    fake_regs.rflags |= RFLAGS_CF;
    assert_true(emulate_table_write(v, &fake_regs, HERE + 4, t.l1));
    assert_done(0x7fffffff00000000, RFLAGS_CF | RFLAGS_OF | RFLAGS_AF | RFLAGS_PF, 2);
    fake_guest_at(1, BYTES(0xff, 0x07));
    assert_true(emulate_table_write(v, &fake_regs, HERE + 4, t.l1));
    assert_done(0x8000000000000000, RFLAGS_OF | RFLAGS_SF | RFLAGS_AF | RFLAGS_PF, 2);
    fake_guest_at(1, BYTES(0xfe, 0x0f));
    assert_true(emulate_table_write(v, &fake_regs, HERE + 4, t.l1));
    assert_done(0x800000ff00000000, RFLAGS_SF | RFLAGS_AF | RFLAGS_PF, 2);
    fake_guest_at(1, BYTES(0xff, 0x37)); /* push */
    assert_false(emulate_table_write(v, &fake_regs, HERE + 4, t.l1));
}

/* ---- bits ---- */

static void test_bit_instructions(void **state)
{
    fake_regs.rax = 3;
    assert_true(run(BYTES(0x0f, 0xab, 0x07))); /* bts: bit 3 of ...86 is clear */
    assert_done(OLD | 8, 0, 3);
    assert_true(run(BYTES(0x0f, 0xb3, 0x07))); /* btr */
    assert_done(OLD, RFLAGS_CF, 3);
    assert_true(run(BYTES(0x0f, 0xbb, 0x07))); /* btc */
    assert_done(OLD ^ 8, 0, 3);
    assert_true(run(BYTES(0x0f, 0xba, 0x3f, 0x03))); /* btc $3 */
    assert_done(OLD, RFLAGS_CF, 4);
    assert_true(run(BYTES(0x0f, 0xba, 0x2f, 0x23))); /* bts $35: counts modulo 32 */
    assert_done(OLD | 8, 0, 4);
    assert_true(run(BYTES(0x0f, 0xba, 0x37, 0x03))); /* btr $3 */
    assert_done(OLD, RFLAGS_CF, 4);
    assert_false(run(BYTES(0x0f, 0xba, 0x27, 0x03))); /* bt does not write */
    fake_regs.rax = 32;                               /* in the next word, which is not where the fault was */
    assert_false(run(BYTES(0x0f, 0xab, 0x07)));
    assert_left_alone();
}

/* ---- exchanges ---- */

static void test_xchg(void **state)
{
    fake_regs.rax = 0x10;
    assert_true(run(BYTES(0x87, 0x07)));
    assert_done(0x1122334400000010, 0, 2);
    assert_int_equal(fake_regs.rax, 0x55667786);
    fake_regs.rax = 0xaaaa20aa;
    assert_true(run(BYTES(0x86, 0x27))); /* xchg %ah */
    assert_done(0x1122334400000020, 0, 2);
    assert_int_equal(fake_regs.rax, 0xaaaa10aa);
}

static void test_xadd(void **state)
{
    fake_regs.rbx = 0x10;
    assert_true(run(BYTES(0x0f, 0xc1, 0x1f)));
    assert_done(OLD + 0x10, RFLAGS_PF, 3);
    assert_int_equal(fake_regs.rbx, 0x55667786);
    fake_regs.rbx = 0x02;
    assert_true(run(BYTES(0x0f, 0xc0, 0x1f)));
    assert_done(OLD + 0x12, RFLAGS_SF, 3);
    assert_int_equal(fake_regs.rbx, 0x96);
}

static void test_cmpxchg(void **state)
{
    fake_regs.rax = 0x55667786;
    fake_regs.rbx = 0x44;
    assert_true(run(BYTES(0xf0, 0x0f, 0xb1, 0x1f)));
    assert_done(0x1122334400000044, RFLAGS_ZF | RFLAGS_PF, 4);
    fake_regs.rax = 0x43;
    assert_true(run(BYTES(0x0f, 0xb1, 0x1f)));
    assert_done(0x1122334400000044, RFLAGS_CF | RFLAGS_SF | RFLAGS_AF | RFLAGS_PF, 3); /* 0x43 - 0x44 */
    assert_int_equal(fake_regs.rax, 0x44);
    fake_regs.rax = 0xaabbcc00;
    assert_true(run(BYTES(0x0f, 0xb0, 0x1f))); /* AL alone is compared and loaded */
    assert_entry(0x1122334400000044);
    assert_int_equal(fake_regs.rax, 0xaabbcc44);
    fake_regs.rbx = 0x88;
    assert_true(run(BYTES(0x0f, 0xb0, 0x1f)));
    assert_done(0x1122334400000088, RFLAGS_ZF | RFLAGS_PF, 3);
}

static void test_cmpxchg8b(void **state)
{
    fake_regs.rax = 0x55667786;
    fake_regs.rdx = 0x11223344;
    fake_regs.rbx = 0x12345670;
    fake_regs.rcx = 0x000000ff;
    fake_guest_at(1, BYTES(0xf0, 0x0f, 0xc7, 0x0f));
    fake_regs.rflags |= RFLAGS_CF | RFLAGS_SF; /* only ZF changes */
    assert_true(emulate_table_write(v, &fake_regs, HERE, t.l1));
    assert_done(0x000000ff12345670, RFLAGS_CF | RFLAGS_SF | RFLAGS_ZF, 4);
    assert_true(run(BYTES(0x0f, 0xc7, 0x0f)));
    assert_done(0x000000ff12345670, 0, 3);
    assert_int_equal(fake_regs.rax, 0x12345670);
    assert_int_equal(fake_regs.rdx, 0xff);
}

static void test_present_entries_are_counted(void **state)
{
    mfn_t page = fake_frame(v->domain), table = fake_frame(v->domain);

    fake_regs.rax = 0x55667786;
    fake_regs.rdx = 0x11223344;
    fake_regs.rbx = (uint32_t)pte_make(page, PTE_P | PTE_RW);
    fake_regs.rcx = 0;
    assert_true(run(BYTES(0x0f, 0xc7, 0x0f)));
    assert_entry(pte_make(page, PTE_P | PTE_RW));
    assert_int_equal(fake_uses(page), 1);
    assert_int_equal(page_table_pin(v->domain, table, TYPE_L1), 0);
    fake_regs.rax = (uint32_t)pte_make(table, PTE_P | PTE_RW); /* a writable page table: refused */
    assert_false(run(BYTES(0x89, 0x07)));
    assert_int_equal(fake_regs.rip, GUEST_CODE);
    assert_entry(pte_make(page, PTE_P | PTE_RW));
    fake_regs.rax = 0;
    assert_true(run(BYTES(0x89, 0x07)));
    assert_int_equal(fake_uses(page), 0);
    assert_int_equal(page_table_unpin(v->domain, table), 0);
}

/* ---- what is the guest's own fault ---- */

static void test_instructions_that_are_none_of_these(void **state)
{
    static const struct {
        uint8_t code[8];
        unsigned length;
    } none[] = {
        {{0x8b, 0x07}, 2}, /* mov (%edi), %eax */
        {{0x89, 0xc7}, 2}, /* mov %eax, %edi */
        {{0x39, 0x07}, 2}, /* cmp %eax, (%edi) */
        {{0x38, 0x07}, 2},
        {{0x03, 0x07}, 2},             /* add (%edi), %eax */
        {{0xc7, 0x0f, 0, 0, 0, 0}, 6}, /* c7 /1 */
        {{0xf7, 0x17}, 2},             /* not (%edi) */
        {{0xd1, 0x27}, 2},             /* shl (%edi) */
        {{0x0f, 0xc7, 0x07}, 3},       /* 0f c7 /0 */
        {{0x0f, 0x7f, 0x07}, 3},       /* movq %mm0, (%edi) */
        {{0x0f, 0xa3, 0x07}, 3},       /* bt */
        {{0x8f, 0x07}, 2},             /* pop (%edi) */
        {{0x67, 0x89, 0x05}, 3},       /* mov %eax, (%di): 16-bit addresses */
        {{0xff, 0x17}, 2},             /* call *(%edi) */
        {{0x50}, 1},                   /* push */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(none); i++) {
        assert_false(run(none[i].code, none[i].length));
        assert_left_alone();
    }
}

static void test_another_address(void **state)
{
    fake_regs.rdi = HERE + 8;
    assert_false(run(BYTES(0x89, 0x07)));
    assert_false(run(BYTES(0xab)));
    assert_true(run(BYTES(0x89, 0x47, 0xf8))); /* mov %eax, -8(%edi) */
    assert_false(run(BYTES(0xa3, 0, 0, 0, 0)));
    fake_regs.rbx = HERE / 4;
    assert_true(run(BYTES(0x89, 0x04, 0x9d, 0, 0, 0, 0))); /* mov %eax, 0(,%ebx,4) */
}

static void test_not_aligned(void **state)
{
    fake_regs.rdi = HERE + 2;
    fake_guest_at(1, BYTES(0x89, 0x07));
    assert_false(emulate_table_write(v, &fake_regs, HERE + 2, t.l1));
    assert_left_alone();
}

static void test_segment_with_a_base(void **state)
{
    uint64_t table[] = {0, fake_segment(HERE - 0x40, 0xffff, SEGMENT_DATA, 1)};
    mfn_t page = fake_descriptor_frame(table, 2);

    assert_int_equal(gdt_set(v, &page, 512), 0);
    fake_selectors.gs = 0x09;
    fake_regs.rdi = 0x40;
    assert_true(run(BYTES(0x65, 0x89, 0x07)));
    assert_done(0x11223344a1a2a3a4, 0, 3);
    fake_regs.rdi = HERE; /* with the base, somewhere else */
    assert_false(run(BYTES(0x65, 0x89, 0x07)));
    fake_selectors.gs = 0; /* null */
    assert_false(run(BYTES(0x65, 0x89, 0x07)));
    gdt_drop(v);
}

/* ---- page_fault.c: which faults come here at all ---- */

static void fault(uint32_t error_code, uint32_t address)
{
    static const uint8_t mov[] = {0x89, 0x07};
    unsigned ring = error_code & PF_USER ? 3 : 1;

    fake_guest_at(ring, mov, 2);
    fake_regs.error_code = error_code;
    fake_processor.cr2 = address;
    page_fault(v, &fake_regs);
}

static void test_which_faults_are_table_writes(void **state)
{
    fault(PF_PRESENT | PF_WRITE, HERE); /* without the assist */
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    assert_int_equal(v->cr2, HERE);
    v->domain->vm_assist = 1u << VMASST_TYPE_writable_pagetables;
    fault(PF_PRESENT, HERE);
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    fault(PF_PRESENT | PF_WRITE | PF_USER, HERE);
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    fault(PF_PRESENT | PF_WRITE | PF_RESERVED, HERE);
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    assert_entry(OLD);
    fault(PF_PRESENT | PF_WRITE, HERE);
    assert_done(0x11223344a1a2a3a4, 0, 2);
}

static void test_faults_on_the_ldt(void **state)
{
    mfn_t page = fake_frame(v->domain);
    uint64_t l1_entry = pte_make(page, PTE_P);

    ldt_set(v, gva(0x8000), 512);
    fake_guest_at(1, BYTES(0x90));
    fake_regs.error_code = 0;
    fake_processor.cr2 = LDT_BASE + 8;
    page_fault(v, &fake_regs); /* the guest has nothing there: it is told of its own address */
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    assert_int_equal(v->cr2, 0x8008);
    assert_int_equal(hypercall32_update_va_mapping(0x8000, (uint32_t)l1_entry, l1_entry >> 32, 0), 0);
    fake_guest_at(1, BYTES(0x90));
    page_fault(v, &fake_regs);
    assert_int_equal(fake_regs.rip, GUEST_CODE);
    assert_int_equal(fake_type(page), TYPE_SEGMENT);
    assert_int_equal(v->domain->counters.page_faults_fixed, 1);
    ldt_set(v, gva(0), 0);
    assert_int_equal(fake_type(page), TYPE_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_mov, start, end),
        cmocka_unit_test_setup_teardown(test_mov_immediate, start, end),
        cmocka_unit_test_setup_teardown(test_mov_to_an_absolute_address, start, end),
        cmocka_unit_test_setup_teardown(test_movnti, start, end),
        cmocka_unit_test_setup_teardown(test_stos, start, end),
        cmocka_unit_test_setup_teardown(test_movs, start, end),
        cmocka_unit_test_setup_teardown(test_movs_from_other_segments, start, end),
        cmocka_unit_test_setup_teardown(test_arithmetic_with_a_register, start, end),
        cmocka_unit_test_setup_teardown(test_arithmetic_with_an_immediate, start, end),
        cmocka_unit_test_setup_teardown(test_increment_and_decrement, start, end),
        cmocka_unit_test_setup_teardown(test_bit_instructions, start, end),
        cmocka_unit_test_setup_teardown(test_xchg, start, end),
        cmocka_unit_test_setup_teardown(test_xadd, start, end),
        cmocka_unit_test_setup_teardown(test_cmpxchg, start, end),
        cmocka_unit_test_setup_teardown(test_cmpxchg8b, start, end),
        cmocka_unit_test_setup_teardown(test_present_entries_are_counted, start, end),
        cmocka_unit_test_setup_teardown(test_instructions_that_are_none_of_these, start, end),
        cmocka_unit_test_setup_teardown(test_another_address, start, end),
        cmocka_unit_test_setup_teardown(test_not_aligned, start, end),
        cmocka_unit_test_setup_teardown(test_segment_with_a_base, start, end),
        cmocka_unit_test_setup_teardown(test_which_faults_are_table_writes, start, end),
        cmocka_unit_test_setup_teardown(test_faults_on_the_ldt, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
