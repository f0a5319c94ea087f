// SPDX-License-Identifier: MIT
/* Privileged instructions of a guest, from their bytes to what changed: traps/emulate*.c, invalid_opcode.c, fast_calls.c. */
#include "unit_test.h"

#include <abi/xen.h>

#include "core/why.h"
#include "fake_guest.h"
#include "fake_tables.h"
#include "machine/fpu.h"
#include "memory/page_tables.h"
#include "traps/control_registers.h"
#include "traps/cpuid_features.h"
#include "traps/descriptor_tables.h"
#include "traps/descriptors.h"
#include "traps/emulate.h"
#include "traps/inject.h"
#include "traps/invalid_opcode.h"

static struct vcpu *v;

/* What the fake processor is: XSAVE with x87, SSE and AVX. */
static struct cpuid_result with_avx(uint32_t leaf, uint32_t subleaf)
{
    switch (leaf) {
    case 0: return (struct cpuid_result){.a = 0xd, .b = 0x756e6547};
    case 1: return (struct cpuid_result){.c = 1u << 26};
    case 0xd: return (struct cpuid_result){.a = 7};
    default: return (struct cpuid_result){0, 0, 0, 0};
    }
}

static int start(void **state)
{
    v = fake_guest_start();
    return v ? 0 : -1;
}

static int end(void **state)
{
    fake_processor.cpuid = NULL;
    processor_features_read();
    fake_machine_end();
    return 0;
}

static bool run(unsigned ring, const uint8_t *code, unsigned n)
{
    fake_guest_at(ring, code, n);
    return emulate_privileged(v, &fake_regs);
}

static void assert_done(unsigned length)
{
    assert_int_equal(fake_regs.rip, GUEST_CODE + length);
}

static void assert_refused(uint32_t reason)
{
    assert_int_equal(fake_refusal.reason, reason);
    assert_int_equal(fake_regs.rip, GUEST_CODE);
}

static void assert_in_handler(unsigned vector)
{
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + vector * 16);
}

/* ---- control registers ---- */

static void test_control_registers_are_read(void **state)
{
    v->cr2 = 0x12345678;
    v->guest_table = mfn(0x123456);
    assert_true(run(1, BYTES(0x0f, 0x20, 0xc0))); /* mov %cr0, %eax */
    assert_int_equal(fake_regs.rax, 0x80050033);
    assert_true(run(1, BYTES(0x0f, 0x20, 0xd3))); /* mov %cr2, %ebx */
    assert_int_equal(fake_regs.rbx, 0x12345678);
    assert_true(run(1, BYTES(0x0f, 0x20, 0xd9))); /* mov %cr3, %ecx: the frame number turned by 20 bits */
    assert_int_equal(fake_regs.rcx, 0x23456001);
    assert_true(run(1, BYTES(0x0f, 0x20, 0xe7))); /* mov %cr4, %edi */
    assert_int_equal(fake_regs.rdi, 0x660);
    assert_done(3);
    v->guest_table = MFN_NONE;
}

static void test_registers_that_are_not_there(void **state)
{
    assert_false(run(1, BYTES(0x0f, 0x20, 0xc8))); /* CR1 */
    assert_refused(REASON_control_register);
    assert_false(run(1, BYTES(0x0f, 0x22, 0xf8))); /* CR7 */
    assert_refused(REASON_control_register);
}

static void test_cr0_is_ts(void **state)
{
    fake_regs.rax = 0x8005003b;
    assert_true(run(1, BYTES(0x0f, 0x22, 0xc0)));
    assert_int_equal(v->cr0, 0x8005003b);
    assert_true(fake_processor.cr0 & CR0_TS);
    assert_true(run(1, BYTES(0x0f, 0x06))); /* clts */
    assert_done(2);
    assert_int_equal(v->cr0, 0x80050033);
    assert_false(fake_processor.cr0 & CR0_TS);
    fake_regs.rax = 0x80040033; /* without WP */
    assert_false(run(1, BYTES(0x0f, 0x22, 0xc0)));
    assert_refused(REASON_control_register);
    assert_int_equal(fake_refusal.found, 0x80040033);
    assert_int_equal(v->cr0, 0x80050033);
}

static void test_cr4_takes_what_is_the_guests(void **state)
{
    fake_processor.cr4 = CR4_PAE;
    fake_regs.rax = 0xffffffff;
    assert_true(run(1, BYTES(0x0f, 0x22, 0xe0)));
    assert_int_equal(v->cr4, 0x660 | CR4_TSD | CR4_DE); /* no XSAVE here, so no OSXSAVE */
    assert_int_equal(fake_processor.cr4, CR4_PAE | CR4_TSD | CR4_DE);
    fake_regs.rax = 0;
    assert_true(run(1, BYTES(0x0f, 0x22, 0xe0)));
    assert_int_equal(v->cr4, 0x660);
    assert_int_equal(fake_processor.cr4, CR4_PAE);
}

static void test_cr2_and_cr3_are_written(void **state)
{
    fake_regs.rdx = 0xabcde000;
    assert_true(run(1, BYTES(0x0f, 0x22, 0xd2)));
    assert_int_equal(v->cr2, 0xabcde000);
    fake_regs.rdx = 0x00007000; /* frame 7 is the hypervisor's */
    assert_false(run(1, BYTES(0x0f, 0x22, 0xda)));
    assert_refused(REASON_frame_hypervisor);
    fake_regs.rdx = xen_pfn_to_cr3_32((uint32_t)fake_tables(v->domain).root.raw);
    assert_true(run(1, BYTES(0x0f, 0x22, 0xda)));
    assert_done(3);
    assert_int_equal(xen_pfn_to_cr3_32((uint32_t)v->guest_table.raw), fake_regs.rdx);
    guest_table_drop(v);
}

/* ---- others of the kernel's ---- */

static void test_hlt_sleeps_unless_an_event_waits(void **state)
{
    v->info->mask = 1;
    v->info->pending = 1;
    assert_true(run(1, BYTES(0xf4)));
    assert_int_equal(v->info->mask, 0);
    assert_false(v->blocked & VCPU_BLOCKED);
    v->info->pending = 0;
    assert_true(run(1, BYTES(0xf4)));
    assert_true(v->blocked & VCPU_BLOCKED);
    assert_done(1);
}

static void test_caches_are_left_alone(void **state)
{
    assert_true(run(1, BYTES(0x0f, 0x09)));
    assert_true(run(1, BYTES(0x0f, 0x08)));
    assert_done(2);
    assert_int_equal(fake_processor.cache_flushes, 0);
}

static void test_cli_goes_by_iopl(void **state)
{
    assert_false(run(1, BYTES(0xfa)));
    v->iopl = 1;
    assert_true(run(1, BYTES(0xfa)));
    assert_true(run(1, BYTES(0xfb)));
    assert_false(run(3, BYTES(0xfa)));
    v->iopl = 3;
    assert_true(run(3, BYTES(0xfa)));
    assert_int_equal(v->info->mask, 0); /* no effect: POPF could not undo it */
    v->iopl = 0;
    v->domain->vm_assist = 1u << VMASST_TYPE_architectural_iopl;
    assert_true(run(1, BYTES(0xfa))); /* then the kernel counts as ring 0 */
    assert_false(run(3, BYTES(0xfa)));
}

static void test_user_mode_gets_nothing(void **state)
{
    static const uint8_t kernels_only[][3] = {
        {0xf4},
        {0x0f, 0x06},
        {0x0f, 0x08},
        {0x0f, 0x09},
        {0x0f, 0x20, 0xc0},
        {0x0f, 0x22, 0xc0},
        {0x0f, 0x21, 0xc0},
        {0x0f, 0x23, 0xc0},
        {0x0f, 0x30},
        {0x0f, 0x32},
    };

    for (unsigned i = 0; i < ARRAY_SIZE(kernels_only); i++)
        for (unsigned ring = 2; ring <= 3; ring++) {
            assert_false(run(ring, kernels_only[i], 3));
            assert_refused(REASON_instruction_user_mode);
        }
}

static void test_unknown_instructions(void **state)
{
    assert_false(run(1, BYTES(0x90)));
    assert_refused(REASON_instruction_unknown);
    assert_int_equal(fake_refusal.found, 0x90);
    assert_false(run(1, BYTES(0x0f, 0x01, 0x10))); /* lgdt (%eax) */
    assert_refused(REASON_instruction_unknown);
    assert_false(run(1, BYTES(0x0f, 0x38, 0x00, 0xc0)));
    assert_refused(REASON_instruction_unknown);
    assert_false(run(1, BYTES(0xc5, 0xf8, 0x77))); /* VEX */
    assert_refused(REASON_instruction_unknown);
}

/* AMD: LOCK MOV CR0 is CR8. */
static void test_lock_is_undefined(void **state)
{
    assert_true(run(1, BYTES(0xf0, 0x0f, 0x20, 0xc0)));
    assert_in_handler(EXC_UD);
}

static void test_code_that_is_not_there(void **state)
{
    static const uint8_t mov_cr0[] = {0x0f, 0x20};

    fake_guest_at(1, NULL, 0);
    fake_regs.rip = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 2; /* its last byte is on a page that is not mapped */
    guest_poke((uint32_t)fake_regs.rip, mov_cr0, 2);
    assert_true(emulate_privileged(v, &fake_regs));
    assert_in_handler(EXC_PF);
    assert_int_equal(v->cr2, FAKE_GUEST_BASE + FAKE_GUEST_SIZE);
    assert_int_equal(guest_word((uint32_t)fake_regs.rsp) & PF_FETCH, PF_FETCH);
}

static void test_code_segments(void **state)
{
    uint64_t table[] = {0, fake_segment(FAKE_GUEST_BASE, 0x6001, SEGMENT_CODE, 1),
                        fake_segment(FAKE_GUEST_BASE, 0xfffff, SEGMENT_DATA, 1),
                        fake_segment(FAKE_GUEST_BASE, 0xffff, SEGMENT_CODE, 1) & ~DESCRIPTOR_BIG};
    mfn_t page = fake_descriptor_frame(table, ARRAY_SIZE(table));

    assert_int_equal(gdt_set(v, &page, 512), 0);
    fake_guest_at(1, BYTES(0x0f, 0x06, 0xf4));
    fake_regs.cs = 0x09;
    fake_regs.rip = 0x6000; /* with the base, GUEST_CODE */
    assert_true(emulate_privileged(v, &fake_regs));
    assert_int_equal(fake_regs.rip, 0x6002);
    assert_false(emulate_privileged(v, &fake_regs)); /* beyond the limit */
    assert_int_equal(fake_refusal.reason, REASON_instruction_unknown);
    fake_regs.cs = 0x11; /* data */
    assert_false(emulate_privileged(v, &fake_regs));
    fake_regs.cs = 0x19; /* 16-bit code: 66 makes operands 32 bits wide */
    fake_regs.rip = 0x6000;
    assert_true(emulate_privileged(v, &fake_regs));
    gdt_drop(v);
}

/* Intel SDM volume 3, section 17.3.1.4: the trap comes after the instruction. */
static void test_single_step(void **state)
{
    fake_guest_at(1, BYTES(0x0f, 0x06));
    fake_regs.rflags |= RFLAGS_TF | RFLAGS_RF;
    assert_true(emulate_privileged(v, &fake_regs));
    assert_in_handler(EXC_DB);
    assert_int_equal(guest_word((uint32_t)fake_regs.rsp), GUEST_CODE + 2);
    assert_int_equal(guest_word((uint32_t)fake_regs.rsp + 8) & RFLAGS_RF, 0);
    assert_int_equal(v->debug[6], 0xffff4ff0);
}

/* ---- time, MSRs, XCR0 ---- */

static void test_rdtsc(void **state)
{
    fake_processor.tsc = 0x1122334455667788;
    assert_true(run(3, BYTES(0x0f, 0x31)));
    assert_int_equal(fake_regs.rax, 0x55667788);
    assert_int_equal(fake_regs.rdx, 0x11223344);
    fake_regs.rcx = 5;
    assert_true(run(1, BYTES(0x0f, 0x01, 0xf9))); /* rdtscp */
    assert_int_equal(fake_regs.rcx, 0);
    assert_done(3);
    v->cr4 |= CR4_TSD;
    assert_true(run(1, BYTES(0x0f, 0x31)));
    assert_false(run(3, BYTES(0x0f, 0x31)));
    assert_refused(REASON_tsc_disabled);
    assert_false(run(3, BYTES(0x0f, 0x01, 0xf9)));
    assert_refused(REASON_tsc_disabled);
}

static void test_msr_instructions(void **state)
{
    fake_regs.rcx = 0x277;
    assert_true(run(1, BYTES(0x0f, 0x32)));
    assert_int_equal(fake_regs.rax, 0x00070406);
    assert_int_equal(fake_regs.rdx, 0x00000501);
    assert_false(run(1, BYTES(0x0f, 0x30))); /* not even its own value */
    assert_refused(REASON_msr_write);
    fake_regs.rcx = 0xc0000082; /* LSTAR */
    assert_false(run(1, BYTES(0x0f, 0x32)));
    assert_refused(REASON_msr_read);
    fake_regs.rcx = 0x1a0;
    assert_true(run(1, BYTES(0x0f, 0x30)));
    assert_done(2);
}

static void test_xsetbv(void **state)
{
    static const struct {
        uint32_t index, value;
        bool accepted;
    } tries[] = {{0, 7, true},  {0, 3, true},   {0, 1, true}, {0, 5, false},
                 {0, 6, false}, {0, 15, false}, {1, 7, false}};

    assert_true(run(1, BYTES(0x0f, 0x01, 0xd1)));
    assert_in_handler(EXC_UD); /* without OSXSAVE in its CR4 */
    fake_processor.cpuid = with_avx;
    processor_features_read();
    fake_regs.rax = CR4_OSXSAVE;
    assert_true(run(1, BYTES(0x0f, 0x22, 0xe0)));
    assert_int_equal(v->cr4, 0x660 | CR4_OSXSAVE);
    for (unsigned i = 0; i < ARRAY_SIZE(tries); i++) {
        fake_regs.rax = tries[i].value;
        fake_regs.rcx = tries[i].index;
        fake_regs.rdx = 0;
        fake_xcr0 = 0;
        assert_int_equal(run(1, BYTES(0x0f, 0x01, 0xd1)), tries[i].accepted);
        assert_int_equal(fake_xcr0, tries[i].accepted ? tries[i].value : 0);
        assert_false(run(3, BYTES(0x0f, 0x01, 0xd1)));
    }
}

/* ---- debug registers, Intel SDM volume 3, section 17.2 ---- */

static void test_debug_registers(void **state)
{
    fake_regs.rax = 0x1000;
    assert_true(run(1, BYTES(0x0f, 0x23, 0xc0))); /* DR0 */
    assert_int_equal(fake_processor.debug[0], 0x1000);
    fake_regs.rax = 0x00000001;
    assert_true(run(1, BYTES(0x0f, 0x23, 0xf8))); /* DR7: L0 */
    assert_int_equal(fake_processor.debug[7], 0x401);
    assert_true(run(1, BYTES(0x0f, 0x21, 0xfb)));
    assert_int_equal(fake_regs.rbx, 0x401);
    fake_regs.rax = 0xffffffff;
    assert_true(run(1, BYTES(0x0f, 0x23, 0xf0))); /* DR6 */
    assert_true(run(1, BYTES(0x0f, 0x21, 0xe1))); /* DR4 is DR6 without CR4.DE */
    assert_int_equal(fake_regs.rcx, 0xffffefff);
    v->cr4 |= CR4_DE;
    assert_true(run(1, BYTES(0x0f, 0x21, 0xe1)));
    assert_in_handler(EXC_UD);
    assert_true(run(1, BYTES(0x0f, 0x23, 0xe8))); /* DR5 */
    assert_in_handler(EXC_UD);
}

static void test_general_detect_is_refused(void **state)
{
    fake_regs.rax = 1u << 13;
    assert_false(run(1, BYTES(0x0f, 0x23, 0xf8)));
    assert_refused(REASON_debug_control);
    assert_int_equal(v->debug[7], 0x400);
}

/* ---- invalid opcodes ---- */

static void test_forced_cpuid(void **state)
{
    for (unsigned ring = 1; ring <= 3; ring++) {
        fake_guest_at(ring, BYTES(0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2));
        fake_regs.rax = 0x40000000;
        invalid_opcode(v, &fake_regs);
        assert_int_equal(fake_regs.rip, GUEST_CODE + 7);
        assert_int_equal(fake_regs.rbx, 0x566e6558); /* XenVMMXenVMM */
        assert_int_equal(fake_regs.rcx, 0x65584d4d);
        assert_int_equal(fake_regs.rdx, 0x4d4d566e);
    }
}

static void test_forced_cpuid_at_the_end_of_a_page(void **state)
{
    static const uint8_t code[] = {0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0xa2};

    fake_guest_at(1, NULL, 0);
    fake_regs.rip = FAKE_GUEST_BASE + FAKE_GUEST_SIZE - 7;
    guest_poke((uint32_t)fake_regs.rip, code, 7);
    fake_regs.rax = 0x40000000;
    invalid_opcode(v, &fake_regs);
    assert_int_equal(fake_regs.rbx, 0x566e6558);
}

static void test_other_invalid_opcodes(void **state)
{
    static const uint8_t codes[][7] = {
        {0x0f, 0x0b, 'x', 'e', 'n', 0x0f, 0x31}, /* only CPUID may follow */
        {0x0f, 0x0b, 'x', 'e', 'm', 0x0f, 0xa2},
        {0x0f, 0xff},
        {0x0f, 0x34}, /* SYSENTER without a callback */
    };

    for (unsigned i = 0; i < ARRAY_SIZE(codes); i++) {
        fake_guest_at(1, codes[i], 7);
        invalid_opcode(v, &fake_regs);
        assert_in_handler(EXC_UD);
        assert_int_equal(guest_word((uint32_t)fake_regs.rsp), GUEST_CODE);
    }
    fake_guest_at(3, BYTES(0x0f, 0x05)); /* SYSCALL without a callback: #GP, as the reference */
    invalid_opcode(v, &fake_regs);
    assert_in_handler(EXC_GP);
    fake_guest_at(1, BYTES(0x0f, 0x07)); /* SYSRET */
    invalid_opcode(v, &fake_regs);
    assert_in_handler(EXC_GP);
}

static void test_fast_calls(void **state)
{
    v->syscall32_callback = (struct guest_entry){.ip = 0x400000, .cs = SEL_RING1_CS, .mask_events = true};
    v->sysenter_callback = (struct guest_entry){.ip = 0x500000, .cs = SEL_RING1_CS};
    fake_guest_at(3, BYTES(0x0f, 0x05));
    invalid_opcode(v, &fake_regs);
    assert_int_equal(fake_regs.rip, 0x400000);
    assert_int_equal(fake_regs.rcx, GUEST_CODE + 2);
    assert_int_equal(v->info->mask, 1);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 20), GUEST_CODE + 2);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 16), SEL_RING3_CS);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 8), GUEST_STACK);
    v->info->mask = 0;
    fake_guest_at(3, BYTES(0x0f, 0x34));
    invalid_opcode(v, &fake_regs);
    assert_int_equal(fake_regs.rip, 0x500000);
    assert_int_equal(v->info->mask, 0);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 20), 0); /* SYSENTER keeps nothing */
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 16), 3);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 8), 0);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 4), SEL_RING3_DS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_control_registers_are_read, start, end),
        cmocka_unit_test_setup_teardown(test_registers_that_are_not_there, start, end),
        cmocka_unit_test_setup_teardown(test_cr0_is_ts, start, end),
        cmocka_unit_test_setup_teardown(test_cr4_takes_what_is_the_guests, start, end),
        cmocka_unit_test_setup_teardown(test_cr2_and_cr3_are_written, start, end),
        cmocka_unit_test_setup_teardown(test_hlt_sleeps_unless_an_event_waits, start, end),
        cmocka_unit_test_setup_teardown(test_caches_are_left_alone, start, end),
        cmocka_unit_test_setup_teardown(test_cli_goes_by_iopl, start, end),
        cmocka_unit_test_setup_teardown(test_user_mode_gets_nothing, start, end),
        cmocka_unit_test_setup_teardown(test_unknown_instructions, start, end),
        cmocka_unit_test_setup_teardown(test_lock_is_undefined, start, end),
        cmocka_unit_test_setup_teardown(test_code_that_is_not_there, start, end),
        cmocka_unit_test_setup_teardown(test_code_segments, start, end),
        cmocka_unit_test_setup_teardown(test_single_step, start, end),
        cmocka_unit_test_setup_teardown(test_rdtsc, start, end),
        cmocka_unit_test_setup_teardown(test_msr_instructions, start, end),
        cmocka_unit_test_setup_teardown(test_xsetbv, start, end),
        cmocka_unit_test_setup_teardown(test_debug_registers, start, end),
        cmocka_unit_test_setup_teardown(test_general_detect_is_refused, start, end),
        cmocka_unit_test_setup_teardown(test_forced_cpuid, start, end),
        cmocka_unit_test_setup_teardown(test_forced_cpuid_at_the_end_of_a_page, start, end),
        cmocka_unit_test_setup_teardown(test_other_invalid_opcodes, start, end),
        cmocka_unit_test_setup_teardown(test_fast_calls, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
