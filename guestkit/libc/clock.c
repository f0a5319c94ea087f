// SPDX-License-Identifier: MIT
/* Time of day and processor time, from the clock that the hypervisor keeps in the shared page. */
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>

#include <guestkit/time.h>

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct time_wall wall = time_wall();

    now->tv_sec = (time_t)wall.seconds;
    now->tv_usec = (suseconds_t)(wall.nanoseconds / 1000);
    return 0;
}

/* All of the domain's time counts as user time: the guest is one program. */
clock_t times(struct tms *usage)
{
    clock_t ticks = (clock_t)(time_now() / (TIME_SECOND / CLOCKS_PER_SEC));

    *usage = (struct tms){.tms_utime = ticks};
    return ticks;
}
