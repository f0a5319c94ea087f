// SPDX-License-Identifier: MIT
#include "machine/rtc.h"

#include "core/calendar.h"
#include "machine/cpu.h"

#define CMOS_INDEX 0x70
#define CMOS_DATA 0x71
#define NMI_OFF 0x80

enum cmos_register {
    RTC_SECOND = 0,
    RTC_MINUTE = 2,
    RTC_HOUR = 4,
    RTC_DAY = 7,
    RTC_MONTH = 8,
    RTC_YEAR = 9,
    RTC_STATUS_A = 10,
    RTC_STATUS_B = 11,
};

#define STATUS_A_UPDATING 0x80
#define STATUS_B_24_HOURS 0x02
#define STATUS_B_BINARY 0x04
#define HOUR_PM 0x80
#define TRIES 100000

static uint8_t cmos_read(enum cmos_register r)
{
    port_write8(CMOS_INDEX, NMI_OFF | (uint8_t)r);
    return port_read8(CMOS_DATA);
}

static unsigned decode(uint8_t value, bool binary)
{
    return binary ? value : (value >> 4) * 10u + (value & 15u);
}

static struct calendar_time read_fields(void)
{
    uint8_t status = cmos_read(RTC_STATUS_B), hour = cmos_read(RTC_HOUR);
    bool binary = status & STATUS_B_BINARY;
    struct calendar_time t = {
        .second = decode(cmos_read(RTC_SECOND), binary),
        .minute = decode(cmos_read(RTC_MINUTE), binary),
        .hour = decode(hour & (uint8_t)~HOUR_PM, binary),
        .day = decode(cmos_read(RTC_DAY), binary),
        .month = decode(cmos_read(RTC_MONTH), binary),
        .year = decode(cmos_read(RTC_YEAR), binary),
    };

    if (!(status & STATUS_B_24_HOURS))
        t.hour = t.hour % 12 + (hour & HOUR_PM ? 12 : 0);
    t.year += t.year < 70 ? 2000 : 1900;
    return t;
}

/* Two equal readings outside an update are a whole time. */
uint64_t rtc_read_seconds(void)
{
    for (unsigned i = 0; i < TRIES; i++) {
        struct calendar_time a, b;

        if (cmos_read(RTC_STATUS_A) & STATUS_A_UPDATING) {
            cpu_relax();
            continue;
        }
        a = read_fields();
        b = read_fields();
        if (__builtin_memcmp(&a, &b, sizeof(a)) == 0)
            return calendar_seconds(&a);
    }
    return 0;
}
