/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: MOV to CS. No processor has that instruction, but QEMU 10 executes it, without a look at the selector's RPL:
 * ring 1 then runs with a CS that is null or ends in 00, ring 3 with one that ends in 01.
 *
 * WHAT WOULD GO WRONG: the next exception or interrupt looks as if ring 0 had raised it, and a hypervisor stops the machine
 * for that. (The reference does.) Or as if the guest's kernel had: then a process has privileged instructions done for it, and
 * the kernel's handler runs on a stack that the process chose.
 *
 * WHAT STOPS IT: the RPL of SS is the privilege level at all times. Where CS says ring 0 entries look there, and what comes from
 * a guest whose CS and SS differ is answered with #GP, seen as one of ring 3's.
 *
 * HOW THE TEST KNOWS: #UD, as on hardware, or #GP for the selector; afterwards the vCPU works as before.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

static char trap_stack[8192] __attribute__((aligned(16)));

static void move_then_trap(void *selector)
{
    __asm__ volatile("mov %0, %%eax; .byte 0x8e, 0xc8; ud2; ud2" : : "r"(selector) : "eax");
}

static void move_then_debug(void *selector)
{
    __asm__ volatile("mov %0, %%eax; pushf; orl $0x100, (%%esp); popf; .byte 0x8e, 0xc8; nop; nop"
                     :
                     : "r"(selector)
                     : "eax");
}

static void move_then_call(void *selector)
{
    __asm__ volatile("mov %0, %%ebx; mov %1, %%eax; .byte 0x8e, 0xcb; int $0x82"
                     :
                     : "r"(selector), "i"(__HYPERVISOR_xen_version)
                     : "eax", "ebx");
}

USER_TEXT static uint32_t read_cr0_as(void *selector)
{
    uint32_t value;

    __asm__ volatile(".byte 0x8e, 0xc9; mov %%cr0, %0" : "=a"(value) : "c"(selector));
    return value;
}

USER_TEXT static uint32_t trap_as(void *selector)
{
    __asm__ volatile(".byte 0x8e, 0xc9; ud2" : : "c"(selector));
    return 0;
}

static void test_user(uint32_t selector)
{
    struct fault got = user_call(read_cr0_as, (void *)selector);

    if (got.vector == TRAP_INVALID_OPCODE)
        return;
    expect_fault(got, TRAP_PROTECTION, selector & 0xfffc);
    got = user_call(trap_as, (void *)selector);
    expect_fault(got, TRAP_PROTECTION, selector & 0xfffc);
    expect_equal(got.cs & 3, 3);
}

static void expect_undefined_or_refused(void (*attack)(void *), uint32_t selector)
{
    struct fault got = probe_call(attack, (void *)selector);

    if (got.vector == TRAP_INVALID_OPCODE)
        return;
    expect_equal(got.vector, TRAP_PROTECTION);
    expect_equal(got.error_code, selector & 0xfffc);
}

GUEST_TEST("MOV to CS")
{
    static const uint32_t selectors[] = {0, FLAT_KERNEL_CS & ~3u, FLAT_KERNEL_DS & ~3u, FLAT_USER_CS & ~3u,
                                         0xe008};

    expect_ok(hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)(trap_stack + sizeof(trap_stack))));
    for (unsigned int i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++) {
        expect_undefined_or_refused(move_then_trap, selectors[i]);
        expect_undefined_or_refused(move_then_debug, selectors[i]);
        expect_undefined_or_refused(move_then_call, selectors[i]);
    }
    expect_ok(user_init());
    for (uint32_t ring = 0; ring < 3; ring++)
        test_user((FLAT_USER_CS & ~3u) | ring);
    expect_equal(xen_version_version() >> 16, 4);
}
