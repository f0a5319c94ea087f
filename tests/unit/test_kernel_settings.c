// SPDX-License-Identifier: MIT
/* Calls by which a guest's kernel says how it wants to be entered: callbacks, the NMI handler, its stack, the assists. */
#include "unit_test.h"

#include <abi/callback.h>
#include <abi/nmi.h>
#include <abi/xen.h>

#include "core/why.h"
#include "fake_guest.h"
#include "traps/hypercalls.h"
#include "traps/inject.h"

#define ARGUMENT FAKE_GUEST_BASE

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

static long callback_register(unsigned type, unsigned flags, uint32_t cs, uint32_t ip)
{
    struct callback_register_32 r = {.type = (uint16_t)type, .flags = (uint16_t)flags, .address = {cs, ip}};

    guest_poke(ARGUMENT, &r, sizeof(r));
    return hypercall_callback_op(CALLBACKOP_register, ARGUMENT);
}

static long callback_unregister(unsigned type)
{
    struct callback_unregister u = {.type = (uint16_t)type};

    guest_poke(ARGUMENT, &u, sizeof(u));
    return hypercall_callback_op(CALLBACKOP_unregister, ARGUMENT);
}

static void test_callbacks(void **state)
{
    assert_int_equal(callback_register(CALLBACKTYPE_event, 0, SEL_RING1_CS, 0x1000), 0);
    assert_int_equal(v->event_callback.ip, 0x1000);
    assert_false(v->event_callback.mask_events);
    assert_int_equal(callback_register(CALLBACKTYPE_sysenter, CALLBACKF_mask_events, SEL_HYPERVISOR_CS,
                                       0x2000),
                     0);
    assert_int_equal(v->sysenter_callback.ip, 0x2000);
    assert_int_equal(v->sysenter_callback.cs, SEL_HYPERVISOR_CS | 1);
    assert_true(v->sysenter_callback.mask_events);
    assert_int_equal(callback_register(CALLBACKTYPE_syscall32, 0, SEL_RING1_CS, 0x3000), 0);
    assert_int_equal(v->syscall32_callback.ip, 0x3000);
    assert_int_equal(callback_register(CALLBACKTYPE_failsafe, 0, SEL_RING1_CS, 0x4000), 0);
    assert_int_equal(v->failsafe_callback.ip, 0x4000);
    assert_int_equal(callback_register(CALLBACKTYPE_syscall, 0, SEL_RING1_CS, 0x5000),
                     -ENOSYS); /* a 64-bit guest's */
    assert_int_equal(callback_register(99, 0, SEL_RING1_CS, 0x5000), -ENOSYS);
    assert_int_equal(fake_refusal.reason, REASON_callback_type);
}

/* Only the NMI's can be taken away. */
static void test_callbacks_stay(void **state)
{
    assert_int_equal(callback_register(CALLBACKTYPE_event, 0, SEL_RING1_CS, 0x1000), 0);
    assert_int_equal(callback_unregister(CALLBACKTYPE_event), -EINVAL);
    assert_int_equal(v->event_callback.ip, 0x1000);
    assert_int_equal(callback_unregister(99), -ENOSYS);
    assert_int_equal(callback_register(CALLBACKTYPE_nmi, 0, 0, 0x6000), 0);
    assert_int_equal(v->traps[EXC_NMI].ip, 0x6000);
    assert_int_equal(v->traps[EXC_NMI].cs, SEL_RING1_CS);
    assert_int_equal(v->traps[EXC_NMI].flags, TRAP_MASKS_EVENTS);
    assert_int_equal(callback_unregister(CALLBACKTYPE_nmi), 0);
    assert_int_equal(v->traps[EXC_NMI].ip, 0);
    assert_int_equal(v->traps[EXC_NMI].cs, 0);
}

static void test_callbacks_that_cannot_be_read(void **state)
{
    assert_int_equal(hypercall_callback_op(CALLBACKOP_register, 0x10), -EFAULT);
    assert_int_equal(hypercall_callback_op(CALLBACKOP_unregister, 0x10), -EFAULT);
    assert_int_equal(hypercall_callback_op(7, ARGUMENT), -EINVAL); /* as the reference tells 32-bit guests */
    assert_int_equal(fake_refusal.reason, REASON_no_such_subop);
}

static void test_both_callbacks_at_once(void **state)
{
    assert_int_equal(hypercall32_set_callbacks(SEL_RING1_CS, 0x1000, SEL_HYPERVISOR_CS, 0x2000), 0);
    assert_int_equal(v->event_callback.ip, 0x1000);
    assert_true(v->event_callback.mask_events);
    assert_int_equal(v->failsafe_callback.cs, SEL_HYPERVISOR_CS | 1);
    assert_false(v->failsafe_callback.mask_events);
}

static void test_nmi_op(void **state)
{
    struct xennmi_callback_32 c = {.handler_address = 0x7000};

    guest_poke(ARGUMENT, &c, sizeof(c));
    assert_int_equal(hypercall_nmi_op(XENNMI_register_callback, ARGUMENT), 0);
    assert_int_equal(v->traps[EXC_NMI].ip, 0x7000);
    assert_int_equal(hypercall_nmi_op(XENNMI_register_callback, 0x10), -EFAULT);
    assert_int_equal(v->traps[EXC_NMI].ip, 0x7000);
    assert_int_equal(hypercall_nmi_op(XENNMI_unregister_callback, 0), 0);
    assert_int_equal(v->traps[EXC_NMI].ip, 0);
    assert_int_equal(hypercall_nmi_op(9, ARGUMENT), -ENOSYS);
}

static void test_stack_switch(void **state)
{
    assert_int_equal(hypercall_stack_switch(SEL_HYPERVISOR_DS, 0x12345678), 0);
    assert_int_equal(v->kernel_ss, SEL_HYPERVISOR_DS | 1);
    assert_int_equal(v->kernel_sp, 0x12345678);
    assert_int_equal(hypercall_stack_switch(0x5000b, 0), 0); /* 16 bits of it count */
    assert_int_equal(v->kernel_ss, 0x0b);
}

static void test_assists(void **state)
{
    struct domain *d = v->domain;

    for (unsigned type = 0; type < 40; type++) {
        bool there = type <= VMASST_TYPE_runstate_update_flag; /* m2p_strict, 32, is for 64-bit guests */

        assert_int_equal(hypercall_vm_assist(VMASST_CMD_enable, type), there ? 0 : -EINVAL);
        if (!there)
            assert_int_equal(fake_refusal.reason, REASON_no_such_assist);
    }
    assert_true(d->vm_assist >> VMASST_TYPE_writable_pagetables & 1);
    assert_int_equal(hypercall_vm_assist(VMASST_CMD_disable, VMASST_TYPE_writable_pagetables), 0);
    assert_false(d->vm_assist >> VMASST_TYPE_writable_pagetables & 1);
    assert_true(d->vm_assist >> VMASST_TYPE_architectural_iopl & 1);
    assert_int_equal(hypercall_vm_assist(5, VMASST_TYPE_writable_pagetables), -ENOSYS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_callbacks, start, end),
        cmocka_unit_test_setup_teardown(test_callbacks_stay, start, end),
        cmocka_unit_test_setup_teardown(test_callbacks_that_cannot_be_read, start, end),
        cmocka_unit_test_setup_teardown(test_both_callbacks_at_once, start, end),
        cmocka_unit_test_setup_teardown(test_nmi_op, start, end),
        cmocka_unit_test_setup_teardown(test_stack_switch, start, end),
        cmocka_unit_test_setup_teardown(test_assists, start, end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
