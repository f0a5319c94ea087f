/* SPDX-License-Identifier: MIT */
/* A file of its own: a port that defines trap_fatal() itself does not link this one. */
#include <guestkit/shutdown.h>
#include <guestkit/traps.h>

_Noreturn void trap_fatal(struct trap_frame *frame)
{
    trap_report(frame);
    shutdown(SHUTDOWN_crash);
}
