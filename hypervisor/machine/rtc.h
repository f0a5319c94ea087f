// SPDX-License-Identifier: MIT
/* The battery clock: MC146818A data sheet. Read once at boot. */
#ifndef RINGLET_MACHINE_RTC_H
#define RINGLET_MACHINE_RTC_H

#include "core/types.h"

/* Seconds since 1970-01-01 00:00 UTC, the clock taken to hold UTC; 0 when it cannot be read. */
uint64_t rtc_read_seconds(void);

#endif
