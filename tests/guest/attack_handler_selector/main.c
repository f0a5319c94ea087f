/* SPDX-License-Identifier: MIT */
/*
 * THE ATTACK: a #GP handler whose own code selector cannot be loaded, and then a #GP.
 *
 * WHAT WOULD GO WRONG: entering the handler faults in IRETQ; that fault is a #GP of the guest's, which enters the handler,
 * and so on: ring 0 never comes out again, with interrupts off, and every other domain stands still.
 *
 * WHAT STOPS IT: guest_return_failed() counts returns that fail without the guest running in between.
 *
 * HOW THE TEST KNOWS: the domain ends with a report, within the test's time.
 *
 * run-expect: crash
 * run-log: no handler can be returned to
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

GUEST_TEST("a handler that cannot be entered ends the domain")
{
    trap_info_t table[] = {{.vector = 13, .cs = 0x0009, .address = 0x1000}, {0}};

    expect_ok(hypercall_set_trap_table(table));
    __asm__ volatile("mov %0, %%gs" : : "r"(0x0009)); /* no such descriptor */
}
