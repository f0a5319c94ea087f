/* SPDX-License-Identifier: MIT */
/*
 * run-expect: crash
 * run-log: iret with a bad frame
 *
 * THE ATTACK: ask the iret hypercall for ring 0 outright: CS 0xe008 with a requested privilege of 0.
 *
 * WHAT WOULD GO WRONG: this is the one selector for which the IRETQ at the end of the hypercall would not fault. The guest's
 * code would run in ring 0, with 64-bit addresses.
 *
 * WHAT STOPS IT: rule 7: a frame of privilege 0 is not sanitized but ends the domain, as on the reference: no kernel asks
 * for it by mistake.
 *
 * HOW THE TEST KNOWS: the hypervisor reports the frame and the crash; a line printed by whatever would run afterwards is
 * not there, and the machine does not fault.
 */
#include "attack.h"
#include <guestkit/test.h>

GUEST_TEST("iret to ring 0 ends the domain")
{
    struct trap_frame frame = {.cs = 0xe008, .eflags = 2, .ds = FLAT_KERNEL_DS, .es = FLAT_KERNEL_DS};

    struct fault got = probe_resume(frame);
    expect(false, "the guest goes on, with vector %u", got.vector);
}
