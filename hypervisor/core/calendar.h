// SPDX-License-Identifier: MIT
/* Days of the Gregorian calendar, for the battery clock. */
#ifndef RINGLET_CORE_CALENDAR_H
#define RINGLET_CORE_CALENDAR_H

#include <stdint.h>

struct calendar_time {
    unsigned second, minute, hour; /* 0-59, 0-59, 0-23 */
    unsigned day, month, year;     /* 1-31, 1-12, 1970 on */
};

/* Seconds since 1970-01-01 00:00; 0 when the date does not exist. */
static inline uint64_t calendar_seconds(const struct calendar_time *t)
{
    static const uint16_t days_before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    uint64_t years = t->year - 1970u, days;
    uint32_t last = t->year - (t->month <= 2); /* the last year whose February is over */

    if (t->year < 1970 || t->month < 1 || t->month > 12 || t->day < 1 || t->day > 31 || t->hour > 23 ||
        t->minute > 59 || t->second > 60)
        return 0;
    days = years * 365 + days_before[t->month - 1] + t->day - 1;
    days += (last / 4 - last / 100 + last / 400) - (1969 / 4 - 1969 / 100 + 1969 / 400);
    return ((days * 24 + t->hour) * 60 + t->minute) * 60 + t->second;
}

#endif
