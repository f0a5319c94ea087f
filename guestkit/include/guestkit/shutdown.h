/* SPDX-License-Identifier: MIT */
/* Ending the domain. Needs no other part. */
#ifndef GUESTKIT_SHUTDOWN_H
#define GUESTKIT_SHUTDOWN_H

#include <abi/guest.h>

/*
 * End the domain with a SHUTDOWN_* reason (poweroff, reboot, crash, watchdog). Does not return: a
 * hypervisor that refuses the call leaves the vCPU blocked. For SHUTDOWN_suspend, which does
 * return, see <guestkit/suspend.h>.
 */
_Noreturn void shutdown(unsigned int reason);

#endif
