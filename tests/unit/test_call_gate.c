// SPDX-License-Identifier: MIT
/*
 * traps/call_gate.c: far calls and jumps through a gate, done as Intel SDM volume 2 (CALL, JMP) and volume 3, section
 * 5.8.3, have them; each of their checks fails with the exception and the error code they give.
 */
#include "unit_test.h"

#include "core/why.h"
#include "fake_guest.h"
#include "fake_tables.h"
#include "machine/segment_registers.h"
#include "memory/pte.h"
#include "traps/call_gate.h"
#include "traps/descriptor_tables.h"
#include "traps/descriptors.h"

#define TARGET_IP 0x00123456u

/* Selectors of the GDT below. */
enum {
    INWARD = 0x08,    /* open to ring 3: ring 1, no parameters */
    WITH_TWO = 0x10,  /* the same with two parameters */
    CLOSED = 0x18,    /* for ring 1 only */
    ABSENT = 0x20,    /* not present */
    TO_DATA = 0x28,   /* leads to no code */
    TO_ABSENT = 0x30, /* leads to code that is not present */
    TO_SHORT = 0x38,  /* leads beyond its segment's limit */
    TO_CONFORMING = 0x40,
    TO_RING_3 = 0x48,
    CODE_1 = 0x50, /* the targets */
    DATA_1 = 0x58,
    CODE_ABSENT = 0x60,
    CODE_SHORT = 0x68,
    CODE_CONFORMING = 0x70,
    CODE_3 = 0x78,
    STACK_SHORT = 0x80, /* stacks */
    STACK_DOWN = 0x88,
    STACK_ABSENT = 0x90,
    STACK_BASE = 0x98,
    LENGTH = 0xa0,
};

static struct vcpu *v;
static mfn_t l1; /* maps fake_guest */

static uint64_t gate(unsigned target, unsigned dpl, unsigned parameters)
{
    return DESCRIPTOR_PRESENT | DESCRIPTOR_CALL_GATE | (uint64_t)dpl << 45 | (uint64_t)parameters << 32 |
           (uint64_t)target << 16 | (TARGET_IP & 0xffff) | (uint64_t)(TARGET_IP & 0xffff0000) << 32;
}

/* What ring 3 reaches through its page tables: the whole of fake_guest. */
static int open_to_user(void)
{
    struct fake_tables t = fake_tables(v->domain);

    l1 = t.l1;
    for (unsigned page = 0; page < FAKE_GUEST_SIZE >> PAGE_SHIFT; page++)
        fake_entry_set(t.l1, page, pte_make(t.data, PTE_P | PTE_RW | PTE_U));
    fake_entry_set(t.l2[0], FAKE_GUEST_BASE >> 21, pte_make(t.l1, PTE_P | PTE_RW | PTE_U));
    return guest_table_set(v, t.root);
}

static int start(void **state)
{
    uint64_t table[LENGTH / 8] = {
        [INWARD / 8] = gate(CODE_1, 3, 0),
        [WITH_TWO / 8] = gate(CODE_1, 3, 2),
        [CLOSED / 8] = gate(CODE_1, 1, 0),
        [ABSENT / 8] = gate(CODE_1 | 3, 0, 0) & ~DESCRIPTOR_PRESENT, /* not fixed up: as if it had been */
        [TO_DATA / 8] = gate(DATA_1, 3, 0),
        [TO_ABSENT / 8] = gate(CODE_ABSENT, 3, 0),
        [TO_SHORT / 8] = gate(CODE_SHORT, 3, 0),
        [TO_CONFORMING / 8] = gate(CODE_CONFORMING, 3, 0),
        [TO_RING_3 / 8] = gate(CODE_3, 3, 0),
        [CODE_1 / 8] = fake_segment(0, ~0u, SEGMENT_CODE, 1),
        [DATA_1 / 8] = fake_segment(0, ~0u, SEGMENT_DATA, 1),
        [CODE_ABSENT / 8] = fake_segment(0, ~0u, SEGMENT_CODE, 1) & ~DESCRIPTOR_PRESENT,
        [CODE_SHORT / 8] = fake_segment(0, 0xffff, SEGMENT_CODE, 1),
        [CODE_CONFORMING / 8] = fake_segment(0, ~0u, SEGMENT_CODE | 4, 1),
        [CODE_3 / 8] = fake_segment(0, ~0u, SEGMENT_CODE, 3),
        [STACK_SHORT / 8] = fake_segment(0, 0xffff, SEGMENT_DATA, 1),
        [STACK_DOWN / 8] = fake_segment(0, FAKE_GUEST_BASE + 0xfff, SEGMENT_DATA | 4, 1),
        [STACK_ABSENT / 8] = fake_segment(0, ~0u, SEGMENT_DATA, 1) & ~DESCRIPTOR_PRESENT,
        [STACK_BASE / 8] = fake_segment(GUEST_DATA, 0xfff, SEGMENT_DATA, 1),
    };
    mfn_t page;

    v = fake_guest_start();
    if (!v)
        return -1;
    page = fake_descriptor_frame(table, ARRAY_SIZE(table));
    fake_selectors = (struct fake_selectors){.ds = SEL_RING3_DS, .es = SEL_RING3_DS};
    return open_to_user() || gdt_set(v, &page, 512);
}

static int end(void **state)
{
    gdt_drop(v);
    guest_table_drop(v);
    while (frame_release_pending(v))
        ;
    fake_machine_end();
    return 0;
}

/* The #GP that the processor raised names the gate; `code` is the instruction that did it. */
static bool use(unsigned ring, unsigned named, const uint8_t *code, unsigned n)
{
    fake_guest_at(ring, code, n);
    fake_regs.error_code = named;
    return call_gate(v, &fake_regs);
}

#define CALL(selector) BYTES(0x9a, 0, 0, 0, 0, (selector), 0)
#define JUMP(selector) BYTES(0xea, 0, 0, 0, 0, (selector), 0)

static void assert_entered(uint16_t cs, uint16_t ss, uint32_t sp)
{
    assert_int_equal(fake_regs.rip, TARGET_IP);
    assert_int_equal(fake_regs.cs, cs);
    assert_int_equal(fake_regs.ss, ss);
    assert_int_equal(fake_regs.rsp, sp);
}

static void assert_exception(unsigned vector, uint32_t error_code)
{
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + vector * 16);
    assert_int_equal(guest_word((uint32_t)fake_regs.rsp), error_code);
    assert_int_equal(fake_refusal.reason, REASON_call_gate);
}

/* The guest's own #GP: nothing has changed. */
static void assert_not_ours(void)
{
    assert_int_equal(fake_regs.rip, GUEST_CODE);
    assert_int_equal(fake_regs.rsp, GUEST_STACK);
}

/* ---- what works ---- */

static void test_inward_with_parameters(void **state)
{
    static const uint32_t parameters[] = {0x1111, 0x2222};

    fake_guest_at(3, NULL, 0);
    guest_poke(GUEST_STACK, parameters, sizeof(parameters));
    assert_true(use(3, WITH_TWO, CALL(WITH_TWO | 3)));
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_KERNEL_STACK - 24);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 24), GUEST_CODE + 7);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 20), SEL_RING3_CS);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 16), 0x1111);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 12), 0x2222);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 8), GUEST_STACK);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 4), SEL_RING3_DS);
}

static void test_within_the_kernel(void **state)
{
    assert_true(use(1, CLOSED, CALL(CLOSED | 1)));
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_STACK - 8);
    assert_int_equal(guest_word(GUEST_STACK - 8), GUEST_CODE + 7);
    assert_int_equal(guest_word(GUEST_STACK - 4), SEL_RING1_CS);
    assert_true(use(1, CLOSED, JUMP(CLOSED)));
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_STACK);
}

static void test_to_code_that_conforms(void **state)
{
    assert_true(use(3, TO_CONFORMING, CALL(TO_CONFORMING | 3)));
    assert_entered(CODE_CONFORMING | 3, SEL_RING3_DS, GUEST_STACK - 8);
    assert_true(use(3, TO_CONFORMING, JUMP(TO_CONFORMING | 3)));
    assert_entered(CODE_CONFORMING | 3, SEL_RING3_DS, GUEST_STACK);
}

static void test_through_memory(void **state)
{
    static const struct {
        uint32_t offset;
        uint16_t selector;
    } pointer = {0, INWARD | 3};

    guest_poke(GUEST_DATA, &pointer, sizeof(pointer));
    fake_regs.rbx = GUEST_DATA;
    assert_true(use(3, INWARD, BYTES(0xff, 0x1b))); /* lcall *(%ebx) */
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_KERNEL_STACK - 16);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 16), GUEST_CODE + 2);
    assert_true(use(1, INWARD, BYTES(0xff, 0x2b))); /* ljmp */
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_STACK);
}

/* ---- step 1: the gate ---- */

static void test_gate_for_another_ring(void **state)
{
    assert_false(use(3, CLOSED, CALL(CLOSED)));
    assert_not_ours();
    assert_false(use(2, CLOSED, CALL(CLOSED)));
    assert_not_ours();
    assert_false(use(1, CLOSED, CALL(CLOSED | 3))); /* asked for on somebody's behalf */
    assert_not_ours();
}

static void test_gate_that_is_not_present(void **state)
{
    assert_true(use(3, ABSENT, CALL(ABSENT | 3)));
    assert_exception(EXC_NP, ABSENT);
}

static void test_what_is_no_gate(void **state)
{
    assert_false(use(3, CODE_1, CALL(CODE_1)));
    assert_not_ours();
    assert_false(use(3, 0, CALL(0)));
    assert_false(use(3, 0x1000, CALL(0))); /* beyond the table */
    assert_not_ours();
}

/* ---- step 2: the instruction ---- */

static void test_other_instructions(void **state)
{
    assert_false(use(3, INWARD, BYTES(0x8e, 0xd8))); /* mov %eax, %ds with the gate's selector */
    assert_not_ours();
    assert_false(use(3, INWARD, BYTES(0xff, 0x13))); /* call *(%ebx) */
    assert_not_ours();
    assert_false(use(3, INWARD, BYTES(0xff, 0xdb))); /* lcall of a register */
    assert_not_ours();
    assert_false(use(3, INWARD, CALL(WITH_TWO | 3))); /* names another */
    assert_not_ours();
}

static void test_code_that_cannot_be_read(void **state)
{
    fake_guest_at(3, NULL, 0);
    fake_regs.rip = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 1;
    guest_poke((uint32_t)fake_regs.rip, (uint8_t[]){0x9a}, 1);
    fake_regs.error_code = INWARD;
    assert_true(call_gate(v, &fake_regs));
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_PF * 16);
    assert_int_equal(v->cr2, FAKE_GUEST_BASE + FAKE_GUEST_SIZE);
}

static void test_pointer_that_cannot_be_read(void **state)
{
    fake_regs.rbx = 0x00900000;
    assert_true(use(3, INWARD, BYTES(0xff, 0x1b)));
    assert_exception(EXC_PF, PF_USER);
    assert_int_equal(v->cr2, 0x00900004);
    fake_selectors.fs = STACK_SHORT | 3; /* 64 KiB long */
    fake_regs.rbx = 0xfffb;
    assert_true(use(3, INWARD, BYTES(0x64, 0xff, 0x1b)));
    assert_exception(EXC_GP, 0);
    fake_regs.rbp = GUEST_DATA;
    fake_guest_at(1, BYTES(0xff, 0x5d, 0x00)); /* lcall *0(%ebp), in the stack segment */
    fake_regs.ss = STACK_ABSENT | 1;
    fake_regs.error_code = INWARD;
    assert_true(call_gate(v, &fake_regs));
    assert_int_equal(fake_crashes, 1); /* #SS, which has no stack to go to */
}

/* Ring 3 reaches its own pages only, whatever ring 0 could. */
static void set_flags(uint32_t address, uint64_t flags)
{
    unsigned index = (address - FAKE_GUEST_BASE) >> PAGE_SHIFT;

    fake_entry_set(l1, index, (fake_entry(l1, index) & ~(PTE_U | PTE_RW)) | flags);
}

static void test_the_kernels_pages(void **state)
{
    set_flags(GUEST_DATA, PTE_RW);
    fake_regs.rbx = GUEST_DATA;
    assert_true(use(3, INWARD, BYTES(0xff, 0x1b)));
    assert_exception(EXC_PF, PF_USER | PF_PRESENT);
    assert_int_equal(v->cr2, GUEST_DATA + 4);
    set_flags(GUEST_STACK - 8, PTE_U); /* and may not write this one */
    assert_true(use(3, TO_CONFORMING, CALL(TO_CONFORMING | 3)));
    assert_exception(EXC_PF, PF_USER | PF_PRESENT | PF_WRITE);
    assert_int_equal(v->cr2, GUEST_STACK - 4);
    set_flags(GUEST_STACK, PTE_RW); /* parameters */
    assert_true(use(3, WITH_TWO, CALL(WITH_TWO | 3)));
    assert_exception(EXC_PF, PF_USER | PF_PRESENT);
    assert_int_equal(v->cr2, GUEST_STACK + 4);
    assert_true(use(1, CLOSED, CALL(CLOSED | 1)));
    assert_int_equal(fake_regs.rip, TARGET_IP);
    set_flags(GUEST_STACK - 8, PTE_U | PTE_RW); /* as the types say that it is mapped */
}

/* ---- step 3: the target ---- */

static void test_targets_that_cannot_be_entered(void **state)
{
    assert_true(use(3, TO_DATA, CALL(TO_DATA | 3)));
    assert_exception(EXC_GP, DATA_1);
    assert_true(use(3, TO_ABSENT, CALL(TO_ABSENT | 3)));
    assert_exception(EXC_NP, CODE_ABSENT);
    assert_true(use(3, TO_SHORT, CALL(TO_SHORT | 3)));
    assert_exception(EXC_GP, 0);
    assert_true(use(3, INWARD, JUMP(INWARD | 3))); /* a jump stays in its ring */
    assert_exception(EXC_GP, CODE_1);
    assert_true(use(1, TO_RING_3, CALL(TO_RING_3))); /* never outward */
    assert_exception(EXC_GP, CODE_3);
}

/* ---- step 4: the stack ---- */

static void test_inner_stacks_that_will_not_do(void **state)
{
    static const struct {
        uint16_t ss;
        unsigned vector;
    } bad[] = {
        {SEL_RING3_DS, EXC_TS},     {CODE_1 | 1, EXC_TS},      {0, EXC_TS},
        {STACK_ABSENT | 1, EXC_SS}, {STACK_SHORT | 1, EXC_SS}, /* the kernel's stack lies beyond its limit */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(bad); i++) {
        v->kernel_ss = bad[i].ss;
        fake_crashes = 0;
        assert_true(use(3, INWARD, CALL(INWARD | 3)));
        if (fake_crashes == 0) /* where the exception itself finds a stack */
            assert_exception(bad[i].vector, bad[i].ss & ~3u);
        else
            assert_int_equal(fake_regs.rip, GUEST_CODE);
    }
}

static void test_stack_that_expands_down(void **state)
{
    v->kernel_ss = STACK_DOWN | 1; /* from FAKE_GUEST_BASE + 0x1000 up */
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_entered(CODE_1 | 1, STACK_DOWN | 1, GUEST_KERNEL_STACK - 16);
    v->kernel_sp = FAKE_GUEST_BASE + 0x1010;
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_entered(CODE_1 | 1, STACK_DOWN | 1, FAKE_GUEST_BASE + 0x1000);
    v->kernel_sp = FAKE_GUEST_BASE + 0x100f; /* a byte below the lowest */
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_exception(EXC_SS, STACK_DOWN);
}

static void test_stack_with_a_base(void **state)
{
    v->kernel_ss = STACK_BASE | 1;
    v->kernel_sp = 0x1000;
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_entered(CODE_1 | 1, STACK_BASE | 1, 0x1000 - 16);
    assert_int_equal(guest_word(GUEST_DATA + 0x1000 - 4), SEL_RING3_DS);
    v->kernel_sp = 0x1001;
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + EXC_SS * 16);
    assert_int_equal(guest_word(GUEST_DATA + (uint32_t)fake_regs.rsp), STACK_BASE);
}

static void test_stack_that_cannot_be_written(void **state)
{
    v->kernel_sp = 0x00900000;
    assert_true(use(3, INWARD, CALL(INWARD | 3)));
    assert_int_equal(fake_crashes, 1); /* the page fault has nowhere to go either */
    fake_guest_at(1, CALL(CLOSED | 1));
    fake_regs.rsp = 4; /* eight bytes below wrap round */
    fake_regs.error_code = CLOSED;
    fake_crashes = 0;
    assert_true(call_gate(v, &fake_regs));
    assert_int_equal(fake_crashes, 1);
}

static void test_parameters_that_cannot_be_read(void **state)
{
    fake_guest_at(3, CALL(WITH_TWO | 3));
    fake_regs.rsp = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 4; /* the second lies on a page that is not mapped */
    fake_regs.error_code = WITH_TWO;
    assert_true(call_gate(v, &fake_regs));
    assert_exception(EXC_PF, PF_USER);
    assert_int_equal(v->cr2, FAKE_GUEST_BASE + FAKE_GUEST_SIZE);
}

/* Ring 2 is user mode to the ABI, and its stack is known to nobody. */
static void test_ring_2(void **state)
{
    assert_true(use(2, INWARD, CALL(INWARD | 2)));
    assert_entered(CODE_1 | 1, SEL_RING1_DS, GUEST_KERNEL_STACK - 16);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_inward_with_parameters, start, end),
        cmocka_unit_test_setup_teardown(test_within_the_kernel, start, end),
        cmocka_unit_test_setup_teardown(test_to_code_that_conforms, start, end),
        cmocka_unit_test_setup_teardown(test_through_memory, start, end),
        cmocka_unit_test_setup_teardown(test_gate_for_another_ring, start, end),
        cmocka_unit_test_setup_teardown(test_gate_that_is_not_present, start, end),
        cmocka_unit_test_setup_teardown(test_what_is_no_gate, start, end),
        cmocka_unit_test_setup_teardown(test_other_instructions, start, end),
        cmocka_unit_test_setup_teardown(test_code_that_cannot_be_read, start, end),
        cmocka_unit_test_setup_teardown(test_pointer_that_cannot_be_read, start, end),
        cmocka_unit_test_setup_teardown(test_the_kernels_pages, start, end),
        cmocka_unit_test_setup_teardown(test_targets_that_cannot_be_entered, start, end),
        cmocka_unit_test_setup_teardown(test_inner_stacks_that_will_not_do, start, end),
        cmocka_unit_test_setup_teardown(test_stack_that_expands_down, start, end),
        cmocka_unit_test_setup_teardown(test_stack_with_a_base, start, end),
        cmocka_unit_test_setup_teardown(test_stack_that_cannot_be_written, start, end),
        cmocka_unit_test_setup_teardown(test_parameters_that_cannot_be_read, start, end),
        cmocka_unit_test_setup_teardown(test_ring_2, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
