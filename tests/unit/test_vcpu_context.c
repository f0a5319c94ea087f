// SPDX-License-Identifier: MIT
/*
 * domain/vcpu_context.c: a new vCPU's state comes from the guest, so every field of it is an attack: selectors, flags,
 * control and debug registers, tables and FPU state are what the guest may have, or the call is refused and nothing has
 * changed.
 */
#include "unit_test.h"

#include <abi/callback.h>
#include <abi/xen.h>

#include "core/why.h"
#include "domain/run_queue.h"
#include "domain/vcpu_context.h"
#include "fake_guest.h"
#include "fake_tables.h"
#include "machine/fpu.h"
#include "traps/descriptor_tables.h"
#include "traps/fpu.h"
#include "traps/inject.h"

#define ARGUMENT (FAKE_GUEST_BASE + 0x8000u)

static struct vcpu *v;
static struct vcpu_run run;
static struct fake_tables t;
static struct vcpu_guest_context_32 c;

static int start(void **state)
{
    v = fake_guest_start();
    if (!v)
        return -1;
    memset(&run, 0, sizeof(run));
    v->run = &run;
    t = fake_tables(v->domain);
    memset(&c, 0, sizeof(c));
    c.ctrlreg[3] = xen_pfn_to_cr3_32((uint32_t)t.root.raw);
    c.user_regs.cs = SEL_RING1_CS;
    c.user_regs.ss = SEL_RING1_DS;
    return 0;
}

static int end(void **state)
{
    unsigned differences;

    ldt_set(v, gva(0), 0);
    gdt_drop(v);
    guest_table_drop(v);
    while (frame_release_pending(v))
        ;
    differences = fake_differences();
    fake_machine_end();
    return differences != 0;
}

static int initialise(void)
{
    guest_poke(ARGUMENT, &c, sizeof(c));
    return vcpu_initialise(v, gva(ARGUMENT));
}

static void test_registers(void **state)
{
    c.user_regs.eax = 1;
    c.user_regs.ebx = 2;
    c.user_regs.ecx = 3;
    c.user_regs.edx = 4;
    c.user_regs.esi = 5;
    c.user_regs.edi = 6;
    c.user_regs.ebp = 7;
    c.user_regs.eip = 0xc0001000;
    c.user_regs.esp = 0xc0002000;
    c.user_regs.ds = SEL_RING1_DS;
    c.user_regs.gs = 0x33;
    assert_int_equal(initialise(), 0);
    assert_int_equal(v->regs.rax, 1);
    assert_int_equal(v->regs.rbx, 2);
    assert_int_equal(v->regs.rcx, 3);
    assert_int_equal(v->regs.rdx, 4);
    assert_int_equal(v->regs.rsi, 5);
    assert_int_equal(v->regs.rdi, 6);
    assert_int_equal(v->regs.rbp, 7);
    assert_int_equal(v->regs.rip, 0xc0001000);
    assert_int_equal(v->regs.rsp, 0xc0002000);
    assert_int_equal(v->ds, SEL_RING1_DS);
    assert_int_equal(v->gs, 0x33);
    assert_true(run.initialised);
    assert_int_equal(v->guest_table.raw, t.root.raw);
    assert_int_equal(fake_type(t.root), TYPE_L3);
}

/* Ring 0, 64-bit code and IF off cannot be had. */
static void test_privilege_cannot_be_had(void **state)
{
    c.user_regs.cs = SEL_HYPERVISOR_CS;
    c.user_regs.ss = SEL_HYPERVISOR_DS;
    c.user_regs.eflags = 0xffffffff & ~RFLAGS_IF;
    c.kernel_ss = SEL_HYPERVISOR_DS;
    c.event_callback_cs = SEL_HYPERVISOR_CS;
    c.failsafe_callback_cs = SEL_HYPERVISOR_CS;
    assert_int_equal(initialise(), 0);
    assert_true((v->regs.cs & 3) >= 1);
    assert_true((v->regs.ss & 3) >= 1);
    assert_true((v->kernel_ss & 3) >= 1);
    assert_true((v->event_callback.cs & 3) >= 1);
    assert_true((v->failsafe_callback.cs & 3) >= 1);
    /* CF PF AF ZF SF TF DF OF AC ID, the fixed bit and IF: no IOPL, NT, RF, VM, VIF, VIP */
    assert_int_equal(v->regs.rflags, 0x00240fd7);
    assert_int_equal(v->iopl, 0);
}

static void test_iopl_with_the_assist(void **state)
{
    v->domain->vm_assist = 1u << VMASST_TYPE_architectural_iopl;
    c.user_regs.eflags = 3u << 12;
    assert_int_equal(initialise(), 0);
    assert_int_equal(v->iopl, 3);
    assert_int_equal(v->regs.rflags & RFLAGS_IOPL, 0);
}

static void test_handlers(void **state)
{
    c.trap_ctxt[14] = (struct trap_info_32){.flags = 0xff, .cs = SEL_HYPERVISOR_CS, .address = 0xc0100000};
    c.trap_ctxt[15] = (struct trap_info_32){.flags = 3, .cs = SEL_RING1_CS}; /* no address: no handler */
    c.event_callback_cs = c.failsafe_callback_cs = SEL_RING1_CS;
    c.event_callback_eip = 0xc0200000;
    c.failsafe_callback_eip = 0xc0300000;
    c.kernel_ss = SEL_RING1_DS;
    c.kernel_sp = 0xc0400000;
    assert_int_equal(initialise(), 0);
    assert_int_equal(v->traps[14].ip, 0xc0100000);
    assert_int_equal(v->traps[14].flags, 7); /* ring and the mask flag; the rest means nothing */
    assert_true((v->traps[14].cs & 3) >= 1);
    assert_int_equal(v->traps[15].cs, 0);
    assert_int_equal(v->event_callback.ip, 0xc0200000);
    assert_true(v->event_callback.mask_events);
    assert_int_equal(v->failsafe_callback.ip, 0xc0300000);
    assert_false(v->failsafe_callback.mask_events);
    assert_int_equal(v->kernel_ss, SEL_RING1_DS);
    assert_int_equal(v->kernel_sp, 0xc0400000);
    assert_int_equal(v->callbacks_registered & (1u << CALLBACKTYPE_event | 1u << CALLBACKTYPE_failsafe),
                     1u << CALLBACKTYPE_event | 1u << CALLBACKTYPE_failsafe);
}

static void test_processor_state(void **state)
{
    c.ctrlreg[0] = ~CR0_WP; /* TS alone is taken */
    c.ctrlreg[4] = 0xffffffff;
    c.debugreg[0] = 0x1000;
    c.debugreg[7] = 1u << 13 | 1; /* general detect: left out */
    c.flags = VGCF_I387_VALID | VGCF_failsafe_disables_events;
    c.fpu_ctxt.x[0] = 0x7f;
    c.fpu_ctxt.x[24] = c.fpu_ctxt.x[25] = c.fpu_ctxt.x[26] = c.fpu_ctxt.x[27] = (char)0xff; /* MXCSR */
    assert_int_equal(initialise(), 0);
    assert_int_equal(v->cr0, 0x8005003b);
    assert_int_equal(v->cr4, 0x660 | CR4_TSD | CR4_DE);
    assert_int_equal(v->debug[0], 0x1000);
    assert_int_equal(v->debug[7], 0x400);
    assert_true(v->failsafe_callback.mask_events);
    fpu_load(v);
    assert_int_equal(fake_fpu_registers[0], 0x7f);
    assert_int_equal(fake_fpu_registers[24] | fake_fpu_registers[25] << 8 | fake_fpu_registers[26] << 16,
                     0xffbf);
}

static void test_descriptor_tables(void **state)
{
    mfn_t gdt = fake_frame(v->domain);

    c.gdt_frames[0] = (uint32_t)gdt.raw;
    c.gdt_ents = 512;
    c.ldt_base = 0x5000;
    c.ldt_ents = 10;
    assert_int_equal(initialise(), 0);
    assert_int_equal(fake_type(gdt), TYPE_SEGMENT);
    assert_int_equal(v->gdt_entries, 512);
    assert_int_equal(v->ldt_base.raw, 0x5000);
    assert_int_equal(v->ldt_entries, 10);
}

/* ---- refusals ---- */

static void assert_refused(int error, uint32_t reason)
{
    assert_int_equal(initialise(), error);
    assert_int_equal(fake_refusal.reason, reason);
    assert_false(run.initialised);
    assert_true(mfn_equal(v->guest_table, MFN_NONE));
    while (frame_release_pending(v))
        ;
    assert_int_equal(fake_uses(t.root), 0);
}

static void test_tables_of_wrong_size_or_place(void **state)
{
    c.gdt_ents = FIRST_RESERVED_GDT_ENTRY + 1;
    assert_refused(-EINVAL, REASON_gdt_entries);
    c.gdt_ents = 0;
    c.ldt_ents = 8193;
    assert_refused(-EINVAL, REASON_ldt_entries);
    c.ldt_ents = 1;
    c.ldt_base = 0x5008;
    assert_refused(-EINVAL, REASON_ldt_base);
    c.ldt_base = GUEST32_LIMIT;
    assert_refused(-EINVAL, REASON_ldt_base);
}

static void test_frames_that_are_not_its_own(void **state)
{
    c.gdt_frames[0] = 7;
    c.gdt_ents = 1;
    assert_refused(-EINVAL, REASON_frame_hypervisor);
    c.gdt_ents = 0;
    c.ctrlreg[3] = xen_pfn_to_cr3_32(7);
    assert_refused(-EINVAL, REASON_frame_hypervisor);
}

static void test_a_page_table_for_a_gdt(void **state)
{
    c.gdt_frames[0] = (uint32_t)t.l1.raw;
    c.gdt_ents = 1;
    assert_refused(-EINVAL, REASON_frame_type_conflict);
}

static void test_twice_and_unreadable(void **state)
{
    assert_int_equal(vcpu_initialise(v, gva(0x10)), -EFAULT);
    assert_int_equal(fake_refusal.reason, REASON_bad_guest_pointer);
    assert_int_equal(initialise(), 0);
    assert_int_equal(initialise(), -EEXIST);
    assert_int_equal(fake_refusal.reason, REASON_vcpu_initialised);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_registers, start, end),
        cmocka_unit_test_setup_teardown(test_privilege_cannot_be_had, start, end),
        cmocka_unit_test_setup_teardown(test_iopl_with_the_assist, start, end),
        cmocka_unit_test_setup_teardown(test_handlers, start, end),
        cmocka_unit_test_setup_teardown(test_processor_state, start, end),
        cmocka_unit_test_setup_teardown(test_descriptor_tables, start, end),
        cmocka_unit_test_setup_teardown(test_tables_of_wrong_size_or_place, start, end),
        cmocka_unit_test_setup_teardown(test_frames_that_are_not_its_own, start, end),
        cmocka_unit_test_setup_teardown(test_a_page_table_for_a_gdt, start, end),
        cmocka_unit_test_setup_teardown(test_twice_and_unreadable, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
