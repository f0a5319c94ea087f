// SPDX-License-Identifier: MIT
/* Into the guest's handlers and back: bounce frames, INT n, callbacks, iret. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/callback.h>
#include <abi/xen.h>

#include "core/why.h"
#include "fake_guest.h"
#include "traps/bounce_frame.h"
#include "traps/descriptor_tables.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

static struct vcpu *v;

static int start(void **state)
{
    v = fake_guest_start();
    return v ? 0 : -1;
}

static int end(void **state)
{
    fake_machine_end();
    return 0;
}

static void assert_in_handler(unsigned vector, uint32_t sp)
{
    assert_int_equal(fake_regs.rip, GUEST_HANDLER + vector * 16);
    assert_int_equal(fake_regs.cs, SEL_RING1_CS);
    assert_int_equal(fake_regs.ss, SEL_RING1_DS);
    assert_int_equal(fake_regs.rsp, sp);
    assert_int_equal(fake_crashes, 0);
}

static void test_frame_on_the_kernels_own_stack(void **state)
{
    fake_regs.rflags |= RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_CF;
    inject_exception(EXC_UD, 0);
    assert_in_handler(EXC_UD, GUEST_STACK - 12);
    assert_int_equal(guest_word(GUEST_STACK - 12), GUEST_CODE);
    assert_int_equal(guest_word(GUEST_STACK - 8), SEL_RING1_CS);
    assert_int_equal(guest_word(GUEST_STACK - 4),
                     RFLAGS_FIXED | RFLAGS_IF | RFLAGS_TF | RFLAGS_NT | RFLAGS_RF | RFLAGS_CF);
    assert_int_equal(fake_regs.rflags, RFLAGS_FIXED | RFLAGS_IF | RFLAGS_CF);
    assert_int_equal(v->info->mask, 0);
}

static void test_frame_with_error_code_and_masked_upcalls(void **state)
{
    v->info->mask = 1;
    inject_exception(EXC_GP, 0x1234);
    assert_in_handler(EXC_GP, GUEST_STACK - 16);
    assert_int_equal(guest_word(GUEST_STACK - 16), 0x1234);
    assert_int_equal(guest_word(GUEST_STACK - 8), SEL_RING1_CS | 1 << 16);
    assert_int_equal(guest_word(GUEST_STACK - 4), RFLAGS_FIXED); /* IF is the mask's inverse */
}

static void test_frame_from_user_mode(void **state)
{
    fake_guest_at(3, NULL, 0);
    v->traps[EXC_DE].flags = TRAP_MASKS_EVENTS;
    inject_exception(EXC_DE, 0);
    assert_in_handler(EXC_DE, GUEST_KERNEL_STACK - 20);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 20), GUEST_CODE);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 16), SEL_RING3_CS);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 12), RFLAGS_FIXED | RFLAGS_IF);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 8), GUEST_STACK);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 4), SEL_RING3_DS);
    assert_int_equal(v->info->mask, 1);
}

/* Ring 2 is user mode to the ABI. */
static void test_frame_from_ring_2(void **state)
{
    fake_guest_at(2, NULL, 0);
    inject_page_fault(0x1234, PF_WRITE);
    assert_in_handler(EXC_PF, GUEST_KERNEL_STACK - 24);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 24), PF_WRITE | PF_USER);
    assert_int_equal(((struct vcpu_info_32 *)v->info)->arch.cr2, 0x1234);
}

static void test_page_fault_of_the_kernel_has_no_user_bit(void **state)
{
    inject_page_fault(0xf5800000, PF_PRESENT | PF_WRITE | PF_USER);
    assert_int_equal(guest_word(GUEST_STACK - 16), PF_PRESENT | PF_WRITE);
}

static void test_iopl_shows_only_with_the_assist(void **state)
{
    v->iopl = 3;
    inject_exception(EXC_UD, 0);
    assert_int_equal(guest_word(GUEST_STACK - 4) & RFLAGS_IOPL, 0);
    fake_guest_at(1, NULL, 0);
    v->domain->vm_assist = 1u << VMASST_TYPE_architectural_iopl;
    inject_exception(EXC_UD, 0);
    assert_int_equal(guest_word(GUEST_STACK - 4) & RFLAGS_IOPL, RFLAGS_IOPL);
    assert_int_equal(fake_regs.rflags & RFLAGS_IOPL, 0);
}

static void use_stack_segment(uint32_t base)
{
    const uint64_t descriptors[] = {0, fake_segment(base, 0xffffffff, SEGMENT_DATA, 1)};
    mfn_t frame = fake_descriptor_frame(descriptors, 2);

    assert_int_equal(gdt_set(v, &frame, 2), 0);
    fake_regs.ss = 8 | 1;
}

static void test_stack_base_counts(void **state)
{
    use_stack_segment(0x1000);
    fake_regs.rsp = GUEST_STACK - 0x1000;
    inject_exception(EXC_UD, 0);
    assert_int_equal(fake_regs.ss, 9);
    assert_int_equal(fake_regs.rsp, GUEST_STACK - 0x1000 - 12);
    assert_int_equal(guest_word(GUEST_STACK - 12), GUEST_CODE);
}

static void assert_crashed_by_frame(void)
{
    assert_int_equal(fake_crashes, 1);
    assert_int_equal(fake_refusal.reason, REASON_bounce_frame);
}

/* Base and stack pointer add up to the machine-to-physical table. */
static void test_frame_at_the_hypervisor_crashes(void **state)
{
    use_stack_segment(0xf0000000);
    fake_regs.rsp = 0x05800008;
    inject_exception(EXC_UD, 0);
    assert_crashed_by_frame();
}

static void test_frame_that_ends_beyond_the_limit_crashes(void **state)
{
    fake_regs.rsp = 0xf5800004;
    inject_exception(EXC_UD, 0);
    assert_crashed_by_frame();
}

/* The sum wraps at 4 GiB; it never forms an address above. */
static void test_stack_base_wraps(void **state)
{
    use_stack_segment(0x80000000);
    fake_regs.rsp = 0x80000000u + GUEST_STACK;
    inject_exception(EXC_UD, 0);
    assert_int_equal(guest_word(GUEST_STACK - 12), GUEST_CODE);
    assert_int_equal(fake_crashes, 0);
}

static void test_stack_pointer_below_the_frame_crashes(void **state)
{
    fake_regs.rsp = 4;
    inject_exception(EXC_UD, 0);
    assert_crashed_by_frame();
}

static void test_no_stack_segment_crashes(void **state)
{
    fake_guest_at(3, NULL, 0);
    v->kernel_ss = 1;
    inject_exception(EXC_UD, 0);
    assert_int_equal(fake_crashes, 1);
    assert_int_equal(fake_refusal.reason, REASON_bounce_stack_segment);
}

static void test_no_handler_crashes(void **state)
{
    v->traps[EXC_OF] = (struct trap_entry){0};
    inject_exception(EXC_OF, 0);
    assert_int_equal(fake_crashes, 1);
    assert_int_equal(fake_refusal.reason, REASON_no_handler);
    assert_int_equal(fake_refusal.expected, EXC_OF);
}

static void test_failsafe_frame(void **state)
{
    const uint16_t selectors[4] = {0xd5, 0xe5, 0xf5, 0x65};

    v->failsafe_callback = (struct guest_entry){.ip = 0x777, .cs = SEL_RING1_CS, .mask_events = true};
    assert_true(bounce_failsafe(v, &fake_regs, selectors));
    assert_int_equal(fake_regs.rsp, GUEST_STACK - 28);
    assert_int_equal(guest_word(GUEST_STACK - 28), 0xd5); /* ds, es, fs, gs */
    assert_int_equal(guest_word(GUEST_STACK - 24), 0xe5);
    assert_int_equal(guest_word(GUEST_STACK - 20), 0xf5);
    assert_int_equal(guest_word(GUEST_STACK - 16), 0x65);
    assert_int_equal(guest_word(GUEST_STACK - 12), GUEST_CODE);
    assert_int_equal(v->info->mask, 1);
    assert_int_equal(fake_regs.rip, 0x777);
}

/* The #GP handler's own selector is bad: the guest would never run again. */
static void test_returns_that_always_fail_crash(void **state)
{
    unsigned tries = 0;

    fake_regs.vector = EXC_GP;
    while (!fake_crashes && tries++ < 100)
        guest_return_failed(&fake_regs);
    assert_int_equal(fake_crashes, 1);
    assert_in_range(tries, 2, 20);
    assert_int_equal(fake_refusal.reason, REASON_nested_faults);
}

static void test_event_upcall_masks(void **state)
{
    v->event_callback = (struct guest_entry){.ip = 0x888, .cs = SEL_RING1_CS};
    v->info->pending = 1;
    deliver_upcall(&fake_regs);
    assert_int_equal(fake_regs.rip, 0x888);
    assert_int_equal(v->info->mask, 1);
    assert_int_equal(guest_word(GUEST_STACK - 4) & RFLAGS_IF, RFLAGS_IF);
}

static void test_nmi_once_until_iret(void **state)
{
    v->nmi_pending = 1;
    deliver_nmi(&fake_regs);
    assert_in_handler(EXC_NMI, GUEST_STACK - 12);
    v->nmi_pending = 1;
    deliver_nmi(&fake_regs);
    assert_in_handler(EXC_NMI, GUEST_STACK - 12);
    guest_poke(GUEST_STACK - 16, (uint32_t[]){7}, 4); /* eax beneath the frame */
    fake_regs.rsp = GUEST_STACK - 16;
    fake_cpu.pending = 0;
    assert_int_equal(hypercall32_iret(), 7);
    assert_true(fake_cpu.pending & WORK_NMI);
}

/* INT n, from the three rings, against the handler's DPL; error codes right and as QEMU 7.2 has them. */
static void test_software_interrupts(void **state)
{
    static const struct {
        unsigned ring, dpl;
        bool allowed;
    } cases[] = {{1, 0, false}, {1, 1, true},  {1, 3, true},  {2, 1, false},
                 {2, 3, true},  {3, 1, false}, {3, 2, false}, {3, 3, true}};

    for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        for (unsigned wrong = 0; wrong < 2; wrong++) {
            uint32_t sp = cases[i].ring == 1 ? GUEST_STACK : GUEST_KERNEL_STACK;
            unsigned words = cases[i].ring == 1 ? 3 : 5;

            fake_guest_at(cases[i].ring, "\xcd\x82", 2);
            v->traps[0x82].flags = (uint8_t)cases[i].dpl;
            fake_regs.vector = EXC_GP;
            fake_regs.error_code = wrong ? 0x822 : 0x412;
            guest_exception(&fake_regs);
            if (cases[i].allowed) {
                assert_in_handler(0x82, sp - words * 4);
                assert_int_equal(guest_word(sp - words * 4), GUEST_CODE + 2);
            } else {
                assert_in_handler(EXC_GP, sp - words * 4 - 4);
                assert_int_equal(guest_word(sp - words * 4 - 4), 0x412);
                assert_int_equal(guest_word(sp - words * 4), GUEST_CODE);
                assert_int_equal(fake_refusal.reason, REASON_software_interrupt_denied);
            }
        }
}

static void test_software_interrupt_behind_a_prefix_goes_by_error_code(void **state)
{
    fake_guest_at(1, "\x66\xcd\x30", 3);
    v->traps[0x30].flags = 1;
    fake_regs.vector = EXC_GP;
    fake_regs.error_code = 0x30 * 8 + 2;
    guest_exception(&fake_regs);
    assert_in_handler(0x30, GUEST_STACK - 12);
}

static void push_iret(uint32_t sp, uint32_t cs, uint32_t eflags)
{
    const uint32_t frame[] = {0xaaaa, 0x1111, cs, eflags, 0x2222, SEL_RING3_DS};

    guest_poke(sp, frame, sizeof(frame));
    fake_guest_at(1, NULL, 0);
    fake_regs.rsp = sp;
}

static void test_iret_to_kernel(void **state)
{
    push_iret(GUEST_DATA, SEL_RING1_CS, RFLAGS_CF);
    assert_int_equal(hypercall32_iret(), 0xaaaa);
    assert_int_equal(fake_regs.rip, 0x1111);
    assert_int_equal(fake_regs.cs, SEL_RING1_CS);
    assert_int_equal(fake_regs.rsp, GUEST_DATA + 16);
    assert_int_equal(fake_regs.ss, SEL_RING1_DS);
    assert_int_equal(fake_regs.rflags, RFLAGS_FIXED | RFLAGS_IF | RFLAGS_CF);
    assert_int_equal(v->info->mask, 1);
}

static void test_iret_to_user(void **state)
{
    push_iret(GUEST_DATA, SEL_RING3_CS, RFLAGS_IF);
    hypercall32_iret();
    assert_int_equal(fake_regs.rsp, 0x2222);
    assert_int_equal(fake_regs.ss, SEL_RING3_DS);
    assert_int_equal(v->info->mask, 0);
}

static void test_iret_takes_no_privilege(void **state)
{
    push_iret(GUEST_DATA, SEL_RING1_CS, 0xffffffff & ~RFLAGS_VM);
    hypercall32_iret();
    assert_int_equal(fake_regs.rflags & (RFLAGS_IOPL | RFLAGS_VM), 0);
    assert_int_equal(fake_regs.rflags & 0xffc0802a, RFLAGS_FIXED); /* no reserved bit */
    assert_int_equal(v->iopl, 0);
    v->domain->vm_assist = 1u << VMASST_TYPE_architectural_iopl;
    push_iret(GUEST_DATA, SEL_RING1_CS, RFLAGS_IOPL);
    hypercall32_iret();
    assert_int_equal(v->iopl, 3);
    assert_int_equal(fake_regs.rflags & RFLAGS_IOPL, 0);
}

static void test_iret_to_ring_0_crashes(void **state)
{
    push_iret(GUEST_DATA, 0xe008, RFLAGS_IF);
    hypercall32_iret();
    assert_int_equal(fake_crashes, 1);
    assert_int_equal(fake_refusal.reason, REASON_iret_privilege);
}

static void test_iret_without_a_frame_crashes(void **state)
{
    fake_regs.rsp = 0xf5800000 - 8;
    hypercall32_iret();
    assert_int_equal(fake_crashes, 1);
    assert_int_equal(fake_refusal.reason, REASON_iret_frame);
}

static void test_iret_to_vm86_is_a_protection_fault(void **state)
{
    push_iret(GUEST_DATA, 0x1234, RFLAGS_VM | RFLAGS_IF | RFLAGS_NT | RFLAGS_TF);
    assert_int_equal(hypercall32_iret(), 0xaaaa);
    assert_in_handler(EXC_GP, GUEST_KERNEL_STACK - 40);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 40), 0);
    assert_int_equal(guest_word(GUEST_KERNEL_STACK - 36), 0x1111);
    assert_int_equal(fake_regs.rflags, RFLAGS_FIXED | RFLAGS_IF);
}

static void test_trap_table(void **state)
{
    const struct trap_info_32 table[] = {{.vector = 7, .flags = 0xff, .cs = 0xe018, .address = 0x77},
                                         {.vector = 0x80, .flags = 3, .cs = 0x13, .address = 0x88},
                                         {0}};

    guest_poke(GUEST_DATA, table, sizeof(table));
    assert_int_equal(hypercall32_set_trap_table(GUEST_DATA), 0);
    assert_int_equal(v->traps[7].cs, 0xe019); /* RPL raised to the kernel's */
    assert_int_equal(v->traps[7].flags, TRAP_DPL | TRAP_MASKS_EVENTS);
    assert_int_equal(v->traps[0x80].cs, 0x13);
    assert_int_equal(v->traps[EXC_GP].ip, GUEST_HANDLER + EXC_GP * 16); /* others stay */
    assert_int_equal(hypercall32_set_trap_table(0), 0);
    for (unsigned i = 0; i < 256; i++)
        assert_int_equal(v->traps[i].cs, 0);
    assert_int_equal(hypercall32_set_trap_table(0xf5800000 - 4), -EFAULT);
    assert_int_equal(fake_refusal.reason, REASON_bad_guest_pointer);
}

static void test_trap_table_goes_on_later(void **state)
{
    struct trap_info_32 table[201] = {{0}};

    for (unsigned i = 0; i < 200; i++)
        table[i] = (struct trap_info_32){.vector = (uint8_t)i, .cs = SEL_RING1_CS, .address = 0x5000 + i};
    guest_poke(GUEST_DATA, table, sizeof(table));
    fake_preempt_after = 1;
    hypercall32_set_trap_table(GUEST_DATA);
    assert_int_equal(fake_continuation.count, 1);
    assert_int_equal(fake_continuation.args[0], GUEST_DATA + 128 * sizeof(table[0]));
    fake_preempt_after = -1;
    assert_int_equal(hypercall32_set_trap_table(fake_continuation.args[0]), 0);
    assert_int_equal(v->traps[199].ip, 0x5000 + 199);
}

static long callback(uint16_t type, uint16_t flags, uint32_t cs)
{
    const struct callback_register_32 r = {.type = type, .flags = flags, .address = {.cs = cs, .eip = 0x999}};

    guest_poke(GUEST_DATA, &r, sizeof(r));
    return hypercall_callback_op(CALLBACKOP_register, GUEST_DATA);
}

static void test_callbacks(void **state)
{
    assert_int_equal(callback(CALLBACKTYPE_event, 0, 0xe018), 0);
    assert_int_equal(v->event_callback.cs, 0xe019);
    assert_int_equal(callback(CALLBACKTYPE_failsafe, CALLBACKF_mask_events, SEL_RING1_CS), 0);
    assert_true(v->failsafe_callback.mask_events);
    assert_int_equal(callback(CALLBACKTYPE_sysenter, 0, SEL_RING1_CS), 0);
    assert_int_equal(v->sysenter_callback.ip, 0x999);
    assert_int_equal(callback(CALLBACKTYPE_syscall32, CALLBACKF_mask_events, SEL_RING1_CS), 0);
    assert_true(v->syscall32_callback.mask_events);
    assert_int_equal(callback(CALLBACKTYPE_nmi, 0, 0x33), 0);
    assert_int_equal(v->traps[EXC_NMI].cs, SEL_RING1_CS);
    assert_int_equal(v->traps[EXC_NMI].flags & TRAP_MASKS_EVENTS, TRAP_MASKS_EVENTS);
    assert_int_equal(callback(CALLBACKTYPE_syscall, 0, SEL_RING1_CS), -ENOSYS);
    assert_int_equal(fake_refusal.reason, REASON_callback_type);
    assert_int_equal(callback(77, 0, SEL_RING1_CS), -ENOSYS);
    assert_int_equal(hypercall_callback_op(CALLBACKOP_register, 0xf57ffff8), -EFAULT);
}

static void test_callbacks_stay_but_nmi(void **state)
{
    const struct callback_unregister event = {.type = CALLBACKTYPE_event}, nmi = {.type = CALLBACKTYPE_nmi},
                                     none = {.type = CALLBACKTYPE_syscall};

    guest_poke(GUEST_DATA, &event, sizeof(event));
    assert_int_equal(hypercall_callback_op(CALLBACKOP_unregister, GUEST_DATA), -EINVAL);
    guest_poke(GUEST_DATA, &none, sizeof(none));
    assert_int_equal(hypercall_callback_op(CALLBACKOP_unregister, GUEST_DATA), -ENOSYS);
    guest_poke(GUEST_DATA, &nmi, sizeof(nmi));
    assert_int_equal(hypercall_callback_op(CALLBACKOP_unregister, GUEST_DATA), 0);
    assert_int_equal(v->traps[EXC_NMI].cs, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_frame_on_the_kernels_own_stack, start, end),
        cmocka_unit_test_setup_teardown(test_frame_with_error_code_and_masked_upcalls, start, end),
        cmocka_unit_test_setup_teardown(test_frame_from_user_mode, start, end),
        cmocka_unit_test_setup_teardown(test_frame_from_ring_2, start, end),
        cmocka_unit_test_setup_teardown(test_page_fault_of_the_kernel_has_no_user_bit, start, end),
        cmocka_unit_test_setup_teardown(test_iopl_shows_only_with_the_assist, start, end),
        cmocka_unit_test_setup_teardown(test_stack_base_counts, start, end),
        cmocka_unit_test_setup_teardown(test_frame_at_the_hypervisor_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_frame_that_ends_beyond_the_limit_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_stack_base_wraps, start, end),
        cmocka_unit_test_setup_teardown(test_stack_pointer_below_the_frame_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_no_stack_segment_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_no_handler_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_failsafe_frame, start, end),
        cmocka_unit_test_setup_teardown(test_returns_that_always_fail_crash, start, end),
        cmocka_unit_test_setup_teardown(test_event_upcall_masks, start, end),
        cmocka_unit_test_setup_teardown(test_nmi_once_until_iret, start, end),
        cmocka_unit_test_setup_teardown(test_software_interrupts, start, end),
        cmocka_unit_test_setup_teardown(test_software_interrupt_behind_a_prefix_goes_by_error_code, start,
                                        end),
        cmocka_unit_test_setup_teardown(test_iret_to_kernel, start, end),
        cmocka_unit_test_setup_teardown(test_iret_to_user, start, end),
        cmocka_unit_test_setup_teardown(test_iret_takes_no_privilege, start, end),
        cmocka_unit_test_setup_teardown(test_iret_to_ring_0_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_iret_without_a_frame_crashes, start, end),
        cmocka_unit_test_setup_teardown(test_iret_to_vm86_is_a_protection_fault, start, end),
        cmocka_unit_test_setup_teardown(test_trap_table, start, end),
        cmocka_unit_test_setup_teardown(test_trap_table_goes_on_later, start, end),
        cmocka_unit_test_setup_teardown(test_callbacks, start, end),
        cmocka_unit_test_setup_teardown(test_callbacks_stay_but_nmi, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
