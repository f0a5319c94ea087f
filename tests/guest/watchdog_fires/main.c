/* SPDX-License-Identifier: MIT */
/*
 * A watchdog that is not fed ends the domain, however busy it is.
 *
 * run-expect: crash
 * run-qemu: -icount shift=6,sleep=off
 * run-log: watchdog 1 of domain 0 was not fed
 * run-log: initial domain: watchdog \(4\)
 */
#include <guestkit/console.h>
#include <guestkit/shared.h>
#include <guestkit/start.h>
#include <guestkit/stubs.h>

void guest_main(start_info_t *info)
{
    sched_watchdog_t w = {.id = 0, .timeout = 1};

    console_init(info);
    if (sched_op_watchdog(&w) != 1)
        console_printf("TEST RESULT: failure\n");
    for (volatile unsigned int i = 0; i < 400000000; i++)
        ;
    console_printf("TEST RESULT: failure\n"); /* not reached */
}
