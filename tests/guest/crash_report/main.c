/* SPDX-License-Identifier: MIT */
/*
 * A domain that cannot be told of a fault crashes, and the report has what is needed to see why: registers, selectors, the
 * stack's words, the handlers, the last refusals.
 *
 * run-expect: crash
 * run-log: domain 0 crashed
 * run-log: eip e019:[0-9a-f]{8}  esp e021:[0-9a-f]{8}
 * run-log: eax 0badc0de
 * run-log: ds e021  es e021
 * run-log: trap handlers: 0
 * run-log: stack from esp
 * run-log: 5ca1ab1e
 * run-log: no_such_hypercall|hypercall of this number
 * run-log: initial domain: crash \(3\)
 */
#include <guestkit/console.h>
#include <guestkit/hypercall.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>

void guest_main(start_info_t *info)
{
    console_init(info);
    hypercall_int82(63, 0, 0, 0, 0, 0); /* a refusal to be reported */
    hypercall_set_trap_table(NULL);
    __asm__ volatile("push $0x5ca1ab1e\n"
                     "mov $0x0badc0de, %%eax\n"
                     "ud2" ::
                         : "eax", "memory");
    console_printf("TEST RESULT: failure\n"); /* not reached */
}
