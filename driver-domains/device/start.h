/* SPDX-License-Identifier: MIT */
/* What every driver domain does first and last. */
#ifndef DRIVER_DOMAINS_START_H
#define DRIVER_DOMAINS_START_H

#include <abi/guest.h>
#include <pv/glue.h>

/* Sets guestkit and the glue up, or ends the domain. */
const struct pv_glue *driver_start(const start_info_t *info);
/* Calls handlers for ever, and sleeps when there is nothing; `after` is called each time before that. */
_Noreturn void driver_run(void (*after)(void));
/* Says why on the console, and crashes the domain, so that the toolstack makes a new one if it is told to. */
_Noreturn void driver_fail(const char *what, int error);

#endif
