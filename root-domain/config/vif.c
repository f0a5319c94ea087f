// SPDX-License-Identifier: MIT
#include "vif.h"

#include <string.h>

#include "text.h"

#define DEFAULT_INTERVAL_US 50000u
#define MICROSECONDS 1000000u

static bool read_mac(struct span text, uint8_t mac[6])
{
    for (unsigned i = 0; i < 6; i++) {
        uint64_t byte;

        if (!span_hexadecimal(span_cut(&text, ':'), 2, &byte))
            return false;
        mac[i] = (uint8_t)byte;
    }
    return !text.text && !(mac[0] & 1);
}

bool vif_read_mac(const char *text, uint8_t mac[6])
{
    return read_mac(span_of(text), mac);
}

static const char *set_mac(struct config_vif *vif, struct span value)
{
    vif->has_mac = read_mac(value, vif->mac);
    return vif->has_mac ? NULL : "the vif's mac is none such as 00:16:3e:00:00:01";
}

static const char *set_bridge(struct config_vif *vif, struct span value)
{
    return span_copy(vif->bridge, sizeof(vif->bridge), value) ? NULL : "the vif's bridge has too long a name";
}

static const char *set_backend(struct config_vif *vif, struct span value)
{
    return span_copy(vif->backend, sizeof(vif->backend), value) ? NULL
                                                                : "the vif's backend has too long a name";
}

static const char *set_ip(struct config_vif *vif, struct span value)
{
    return span_copy(vif->ip, sizeof(vif->ip), value) ? NULL : "the vif's ip is too long";
}

/* A number with a unit after it; the unit's span becomes *unit. */
static bool number_and_unit(struct span text, uint64_t *number, struct span *unit)
{
    size_t digits = 0;

    while (digits < text.length && text.text[digits] >= '0' && text.text[digits] <= '9')
        digits++;
    *unit = (struct span){text.text + digits, text.length - digits};
    return span_number((struct span){text.text, digits}, number);
}

static bool read_interval(struct span text, uint32_t *interval)
{
    static const struct {
        const char *unit;
        uint32_t us;
    } units[] = {{"us", 1}, {"ms", 1000}, {"s", MICROSECONDS}};
    struct span unit;
    uint64_t number;

    if (!number_and_unit(text, &number, &unit))
        return false;
    for (unsigned i = 0; i < 3; i++)
        if (span_is(unit, units[i].unit) && number && number <= 60 * (uint64_t)MICROSECONDS / units[i].us) {
            *interval = (uint32_t)number * units[i].us;
            return true;
        }
    return false;
}

/* 10Mb/s, 1MB/s, 250KB/s@20ms: bits or bytes a second, and how often the limit is looked at. */
static const char *set_rate(struct config_vif *vif, struct span value)
{
    static const struct {
        const char *unit;
        uint64_t bits;
    } units[] = {{"b/s", 1}, {"Kb/s", 1000}, {"Mb/s", 1000000}, {"Gb/s", 1000000000},
                 {"B/s", 8}, {"KB/s", 8000}, {"MB/s", 8000000}, {"GB/s", 8000000000}};
    struct span rest = value, speed = span_cut(&rest, '@'), unit;
    uint64_t number;

    vif->rate_interval_us = DEFAULT_INTERVAL_US;
    if (rest.text && !read_interval(rest, &vif->rate_interval_us))
        return "the vif's rate has an interval that is none such as 20ms";
    if (!number_and_unit(speed, &number, &unit))
        return "the vif's rate is none such as 10Mb/s";
    for (unsigned i = 0; i < sizeof(units) / sizeof(units[0]); i++)
        if (span_is(unit, units[i].unit) && number && number <= 1000000000000 / units[i].bits) {
            vif->rate_bytes = number * units[i].bits / 8 * vif->rate_interval_us / MICROSECONDS;
            return vif->rate_bytes ? NULL : "the vif's rate allows not one byte in an interval";
        }
    return "the vif's rate is none such as 10Mb/s";
}

/* Keys that mean something to xl's hosts and nothing here. */
static const char *accept(struct config_vif *vif, struct span value)
{
    return NULL;
}

static const struct {
    const char *name;
    const char *(*set)(struct config_vif *vif, struct span value);
} keys[] = {
    {"mac", set_mac},    {"bridge", set_bridge}, {"backend", set_backend},
    {"ip", set_ip},      {"rate", set_rate},     {"script", accept},
    {"vifname", accept}, {"type", accept},       {"model", accept},
};

static const char *set_part(struct config_vif *vif, struct span part)
{
    struct span value = part, key = span_trim(span_cut(&value, '='));

    if (!value.text)
        return "a part of the vif has no equals sign";
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (span_is(key, keys[i].name))
            return keys[i].set(vif, span_trim(value));
    return "the vif has a key that is none of mac, bridge, backend, ip, rate";
}

const char *vif_read(struct config_vif *vif, const char *text)
{
    struct span rest = span_of(text);

    *vif = (struct config_vif){0};
    while (rest.text) {
        struct span part = span_trim(span_cut(&rest, ','));
        const char *problem = part.length ? set_part(vif, part) : NULL;

        if (problem)
            return problem;
    }
    return NULL;
}
