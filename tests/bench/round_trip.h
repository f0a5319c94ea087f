/* SPDX-License-Identifier: MIT */
/* A second domain that answers each event with one. */
#ifndef BENCH_ROUND_TRIP_H
#define BENCH_ROUND_TRIP_H

#include <stdint.h>

/* Makes and starts it. 0 or an errno. */
int round_trip_prepare(void);
/* An event to it and its answer, both domains waiting in SCHEDOP_poll. */
int32_t round_trip(void);

#endif
