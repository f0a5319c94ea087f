/* SPDX-License-Identifier: MIT */
/*
 * run-expect: crash
 * run-log: the kernel stack selector e011 names no stack
 *
 * THE ATTACK: name the hypervisor's data segment, 0xe010, as the stack for traps from ring 3, and trap from there.
 *
 * WHAT WOULD GO WRONG: the hypervisor loads it into SS on the way to the guest's handler: a DPL 0 stack segment in a context
 * that is thought to be ring 1, or a fault inside ring 0.
 *
 * WHAT STOPS IT: rule 7 raises its privilege, which makes it a segment that the guest does not have; and the base of a bounce
 * frame's stack is looked up in the guest's descriptors only. There is no stack to report on, so the domain ends.
 *
 * HOW THE TEST KNOWS: the hypervisor names the selector, and the domain is at an end.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>
#include <guestkit/user.h>

USER_DATA static uint32_t frame[6];

USER_TEXT static void trap_at_once(void)
{
    __asm__ volatile("int $0x80");
}

GUEST_TEST("a trap onto the hypervisor's data segment ends the domain")
{
    expect_ok(user_init());
    expect_ok(hypercall_stack_switch(0xe010, (uint32_t)(frame + 6)));
    __asm__ volatile(
        "pushl %0; pushl %1; pushl $0x202; pushl %2; pushl %3; pushl $0; movl %4, %%eax; int $0x82"
        :
        : "i"(FLAT_USER_SS), "r"(frame + 6), "i"(FLAT_USER_CS), "r"(trap_at_once), "i"(__HYPERVISOR_iret)
        : "memory");
    __builtin_unreachable();
}
