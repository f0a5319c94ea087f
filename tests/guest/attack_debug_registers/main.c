/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: debug registers as a way into ring 0: general detect (DR7.GD), which makes the hypervisor's own access to a
 * debug register trap; I/O breakpoints; breakpoints on the memory ring 0 copies and on the stack it writes frames to;
 * registers that there are not.
 *
 * WHAT WOULD GO WRONG: a #DB in ring 0 at an instruction nobody expected one at, again and again: the handler itself reads DR6.
 *
 * WHAT STOPS IT: rule 9: GD is refused, I/O breakpoints are refused or emulated, #DB in ring 0 is survivable. Addresses of
 * 32 bits do not reach ring 0's own memory.
 *
 * HOW THE TEST KNOWS: errno and reason for each refusal and DR7 as before; with watchpoints on their buffers and on the stack
 * hypercalls and traps still do their work.
 */
#include "attack.h"
#include <guestkit/stubs.h>
#include <guestkit/test.h>

#define DR7_GD 0x2000u
#define DR7_FIXED 0x400u
#define DR7_IO_0 0x00020001u
#define DR7_WRITES_0 0x000d0001u /* breakpoint 0: writes of 4 bytes */

static volatile uint32_t buffer[4];
static volatile unsigned int traps;

static bool debug_trap(struct trap_frame *frame)
{
    traps++;
    return true;
}

static void move_to_dr7(void *value)
{
    __asm__ volatile("mov %0, %%db7" : : "r"(value));
}

GUEST_TEST("debug registers")
{
    trap_set_handler(TRAP_DEBUG, debug_trap);
    expect_refused(hypercall_set_debugreg(7, DR7_FIXED | DR7_GD), -XEN_EPERM, REASON_debug_control);
    expect_refused(hypercall_set_debugreg(7, DR7_FIXED | DR7_IO_0), -XEN_EPERM, REASON_debug_control);
    expect_equal(hypercall_get_debugreg(7) & (DR7_GD | 0xff), 0);
    expect_equal(probe_call(move_to_dr7, (void *)(DR7_FIXED | DR7_GD)).vector, TRAP_PROTECTION);
    expect_equal(hypercall_get_debugreg(7) & (DR7_GD | 0xff), 0);
    for (unsigned int number = 8; number != 0; number <<= 1) {
        expect_refused(hypercall_set_debugreg(number, 0), -XEN_ENODEV, REASON_debug_register);
    }
    expect_refused(hypercall_set_debugreg(0xffffffff, 0), -XEN_ENODEV, REASON_debug_register);

    expect_ok(hypercall_set_debugreg(0, (uint32_t)buffer));
    expect_ok(hypercall_set_debugreg(7, DR7_FIXED | DR7_WRITES_0));
    expect_ok(xen_version_platform_parameters((xen_platform_parameters_t *)buffer));
    expect(buffer[0] >= 0xf5800000);
    unsigned int before = traps;
    buffer[0] = 1;
    expect_equal(traps, before + 1);
    expect_ok(hypercall_set_debugreg(7, DR7_FIXED));
    buffer[0] = 2;
    expect_equal(traps, before + 1);
    /* On the hypervisor's part of the guest's address space: nothing of ours is there to be watched. */
    if (on_ringlet()) {
        expect_ok(hypercall_set_debugreg(0, 0xffff8000));
        expect_ok(hypercall_set_debugreg(7, DR7_FIXED | DR7_WRITES_0));
        expect_equal(xen_version_version() >> 16, 4);
        expect_ok(hypercall_set_debugreg(7, DR7_FIXED));
    }
}
