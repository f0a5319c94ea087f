/* SPDX-License-Identifier: MIT */
/*
 * The code given first counts: a later shutdown with another reports that one. The older call takes the code itself.
 *
 * run-log: initial domain: reboot \(1\)
 */
#include <guestkit/stubs.h>
#include <guestkit/test.h>

GUEST_TEST("shutdown_code")
{
    sched_shutdown_t code = {.reason = SHUTDOWN_reboot}, later = {.reason = SHUTDOWN_crash};

    expect_ok(sched_op_shutdown_code(&code));
    expect_ok(sched_op_shutdown_code(&later)); /* accepted, and without effect */
    /* The harness now powers off; the log has the reboot instead. */
}
