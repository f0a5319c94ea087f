/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: the hypervisor's code segment, and addresses where nothing is, for the callbacks that are used seldom: NMI,
 * failsafe, and those of SYSCALL and SYSENTER; then each is made to happen. (For the trap table and the event callback see
 * attack_selectors.)
 *
 * WHAT WOULD GO WRONG: a selector that is checked on the usual way in only is loaded as it is on an unusual one. Each of
 * these is entered from a place of its own in ring 0.
 *
 * WHAT STOPS IT: rule 7: they are sanitized when they are set, and all are entered through the one function that makes a
 * bounce frame; a return that fails becomes the guest's fault.
 *
 * HOW THE TEST KNOWS: each ends in #GP for 0xe008, or in a page fault where it was sent, in the guest's own handlers.
 *
 * run-options: dom0_max_vcpus=2
 */
#include "attack.h"
#include <guestkit/frames.h>
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/time.h>
#include <guestkit/user.h>

#define HYPERVISOR_CS 0xe008
#define NOWHERE 0xf0000000u
#define OWN_DATA SELECTOR(1, 1)

static uint64_t gdt[512] __attribute__((aligned(4096)));
static uint8_t stack[4096] __attribute__((aligned(4096)));

static void set_callback(uint16_t type, uint16_t cs, uint32_t eip)
{
    callback_register_t reg = {.type = type, .address = {.cs = cs, .eip = eip}};

    expect_ok(callback_op_register(&reg));
}

USER_TEXT static uint32_t do_syscall(void *argument)
{
    __asm__ volatile("syscall" : : : "ecx", "memory");
    return 0;
}

USER_TEXT static uint32_t do_sysenter(void *argument)
{
    __asm__ volatile("sysenter" : : : "memory");
    return 0;
}

static void test_fast_call(uint16_t type, uint32_t (*call)(void *))
{
    struct fault got;

    for (unsigned int ring = 0; ring < 4; ring++) {
        set_callback(type, (uint16_t)(HYPERVISOR_CS | ring), 0x1000);
        got = user_call(call, NULL);
        expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
        expect(got.cs & 3, "the callback was to run with CS %04x", got.cs);
    }
    set_callback(type, FLAT_KERNEL_CS & ~3, NOWHERE);
    got = user_call(call, NULL);
    expect(got.vector == TRAP_PAGE_FAULT && got.eip == NOWHERE, "vector %u at %x", got.vector, got.eip);
    expect_equal(got.cs & 3, 1);
}

static void __attribute__((noreturn)) second_vcpu(void)
{
    for (;;)
        vcpu_op_down(1);
}

static void prepare_second(void)
{
    static vcpu_guest_context_t context;

    context.flags = VGCF_IN_KERNEL;
    context.user_regs.eip = (uint32_t)second_vcpu;
    context.user_regs.cs = FLAT_KERNEL_CS;
    context.user_regs.ss = FLAT_KERNEL_SS;
    context.user_regs.ds = context.user_regs.es = FLAT_KERNEL_DS;
    context.user_regs.esp = (uint32_t)stack + sizeof(stack) - 16;
    context.kernel_ss = FLAT_KERNEL_SS;
    context.kernel_sp = context.user_regs.esp;
    context.ctrlreg[3] = xen_pfn_to_cr3(page_root_mfn);
    expect_ok(vcpu_op_initialise(1, &context));
}

/* While the other vCPU runs, GS's descriptor goes: it cannot be loaded on the way back. */
static void lose_gs(void *argument)
{
    uint64_t slot = (uint64_t)address_to_mfn(gdt) << 12 | 8;
    uint32_t none = 0;

    hypercall_update_descriptor(slot, DESCRIPTOR_DATA | DESCRIPTOR_DPL(1));
    __asm__ volatile("movl %0, %%gs" : : "r"((uint32_t)OWN_DATA));
    hypercall_update_descriptor(slot, 0);
    vcpu_op_up(1);
    while (vcpu_op_is_up(1) == 1)
        sched_op_yield();
    __asm__ volatile("movl %0, %%gs" : : "r"(none));
}

static void test_failsafe(void)
{
    uint32_t frame = address_to_mfn(gdt);
    struct fault got;

    expect_ok(page_protect(gdt, PTE_READ));
    expect_ok(hypercall_set_gdt(&frame, 512));
    prepare_second();
    for (unsigned int ring = 0; ring < 4; ring++) {
        set_callback(CALLBACKTYPE_failsafe, (uint16_t)(HYPERVISOR_CS | ring), 0x1000);
        got = probe_call(lose_gs, NULL);
        expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
        expect(got.cs & 3, "the callback was to run with CS %04x", got.cs);
    }
    set_callback(CALLBACKTYPE_failsafe, FLAT_KERNEL_CS & ~3, NOWHERE);
    got = probe_call(lose_gs, NULL);
    expect(got.vector == TRAP_PAGE_FAULT && got.eip == NOWHERE, "vector %u at %x", got.vector, got.eip);
    expect_ok(hypercall_set_gdt(&frame, 0));
}

static void nmi(void *argument)
{
    vcpu_op_send_nmi(0);
}

USER_TEXT static uint32_t nothing(void *argument)
{
    return 0;
}

/* An NMI masks others until the next iret, which going to ring 3 is. */
static void test_nmi(void)
{
    trap_info_t table[2] = {trap_entry(TRAP_NMI, 1)};
    struct fault got;

    for (unsigned int ring = 0; ring < 4; ring++) {
        table[0].cs = (uint16_t)(HYPERVISOR_CS | ring);
        expect_ok(hypercall_set_trap_table(table));
        got = probe_call(nmi, NULL);
        expect_fault(got, TRAP_PROTECTION, HYPERVISOR_CS);
        expect(got.cs & 3, "the handler was to run with CS %04x", got.cs);
        expect_no_fault(user_call(nothing, NULL));
    }
    xennmi_callback_t callback = {.handler_address = NOWHERE};
    expect_ok(nmi_op_register_callback(&callback));
    got = probe_call(nmi, NULL);
    expect(got.vector == TRAP_PAGE_FAULT && got.eip == NOWHERE, "vector %u at %x", got.vector, got.eip);
    expect_no_fault(user_call(nothing, NULL));
    expect_ok(nmi_op_unregister_callback());
    expect_no_fault(probe_call(nmi, NULL));
    expect_ok(traps_init());
}

GUEST_TEST("callbacks that lead into the hypervisor")
{
    vcpu_op_stop_periodic_timer(0);
    expect_ok(user_init());
    test_fast_call(CALLBACKTYPE_syscall32, do_syscall);
    test_fast_call(CALLBACKTYPE_sysenter, do_sysenter);
    test_failsafe();
    test_nmi();
    expect_equal(xen_version_version() >> 16, 4);
}
