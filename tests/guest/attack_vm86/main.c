/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: the processor's own IRET in ring 1, with VM set in the flags it pops. On hardware that changes nothing, since
 * VM can be set from ring 0 alone and not at all in long mode. QEMU 7.2 enters virtual-8086 mode.
 *
 * WHAT WOULD GO WRONG: CS then holds a number that is no selector, with any low two bits. An exception whose saved CS ends
 * in 00 looks as if ring 0 had raised it, and a hypervisor stops the machine for that. (The reference does.)
 *
 * WHAT STOPS IT: rule 6: no return leaves VM set. Entries look at VM where CS says ring 0, and what comes from there is
 * answered as hardware answers the IRET: #GP, seen as one of ring 3's.
 *
 * HOW THE TEST KNOWS: #GP for each of the four values of the low bits, also when a debug trap or a timer comes in first;
 * afterwards the vCPU works as before.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define FLAG_TF 0x100u
#define FLAG_VM 0x20000u

static char trap_stack[8192] __attribute__((aligned(16)));
static uint32_t flags_wanted;

static void iret_to_vm86(void *selector)
{
    __asm__ volatile("pushl $0; pushl $0; pushl $0; pushl $0; pushl $0x2000; pushl $0x100;"
                     "pushl %1; pushl %0; pushl $0x10; iret"
                     :
                     : "r"(selector), "r"(flags_wanted));
}

GUEST_TEST("virtual-8086 mode")
{
    static const uint32_t flags[] = {FLAG_VM | 0x202, FLAG_VM | 2, FLAG_VM | FLAG_TF | 0x202,
                                     FLAG_VM | 0x3202};

    expect_ok(hypercall_stack_switch(FLAT_KERNEL_SS, (uint32_t)(trap_stack + sizeof(trap_stack))));
    for (unsigned int i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        flags_wanted = flags[i];
        for (uint32_t low = 0; low < 4; low++) {
            expect_fault(probe_call(iret_to_vm86, (void *)(0x1000 | low)), TRAP_PROTECTION, 0x1000);
        }
    }
    expect_equal(xen_version_version() >> 16, 4);
}
