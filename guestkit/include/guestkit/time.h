/* SPDX-License-Identifier: MIT */
/*
 * Time. Needs `shared`, `hypercall`; the timer needs `events`.
 *
 * System time counts nanoseconds since the hypervisor started and never goes back. Deadlines are in
 * system time.
 */
#ifndef GUESTKIT_TIME_H
#define GUESTKIT_TIME_H

#include <guestkit/events.h>
#include <stdint.h>

#define TIME_SECOND 1000000000ull
#define TIME_MILLISECOND 1000000ull

/* System time now, in ns. */
uint64_t time_now(void);

/* Ticks of the time-stamp counter as ns, by the scale the hypervisor publishes. */
uint64_t time_ticks_to_ns(uint64_t ticks);
/* Frequency of the counter, in kHz. */
uint32_t time_tsc_khz(void);

struct time_wall {
    uint64_t seconds;     /* since 1970-01-01 00:00 UTC */
    uint32_t nanoseconds; /* 0 to 999999999 */
};
/* Wall-clock time now. */
struct time_wall time_wall(void);

/* Let others run until the deadline. Upcalls stay as they are: unmasked ones are taken meanwhile. */
void time_sleep_until(uint64_t deadline);
void time_sleep(uint64_t ns);

/*
 * Stop the periodic timer and bind the virtual interrupt on vCPU 0 to a handler. Returns its port or a negative
 * errno. The ABI lets the interrupt also come early, when the time base changes: handlers look at time_now().
 */
int time_timer_init(event_handler *handler, void *context);
/* The timer expires once, at the deadline; 0 stops it. A deadline in the past expires at once. 0 or a negative errno. */
int time_timer_set(uint64_t deadline);

/* Unmask upcalls and let others run until an event has been taken. On return upcalls are unmasked. */
void time_block(void);

#endif
