// SPDX-License-Identifier: MIT
#include "boot/options.h"

#include <abi/arch_x86.h>

#include "core/log.h"
#include "core/types.h"

#define WORD_MAX 64
#define UNKNOWN_MAX 8

struct boot_options boot_options = {
    .loglvl = LOG_INFO, .guest_loglvl = LOG_INFO, .baud = 115200, .maxcpus = 1, .dom0_max_vcpus = 1};

static char unknown[UNKNOWN_MAX][WORD_MAX];
static unsigned unknown_count;

static bool text_equal(const char *a, const char *b)
{
    while (*a && *a == *b)
        a++, b++;
    return *a == *b;
}

static bool parse_number(const char *text, uint64_t *value)
{
    uint64_t v = 0;

    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        v = v * 10 + (uint64_t)(*text - '0');
    *value = v;
    return *text == 0 || *text == ',';
}

/* Digits with K, M or G behind them; a bare number is KiB, as in Xen. A "max:" or "min:" part is taken as the size. */
static bool parse_size(const char *text, uint64_t *value)
{
    static const struct {
        char suffix;
        unsigned shift;
    } units[] = {{'K', 10}, {'k', 10}, {'M', 20}, {'m', 20}, {'G', 30}, {'g', 30}};
    uint64_t v = 0;
    unsigned shift = 10;

    if (text[0] == 'm' && text[1] && text[2] && text[3] == ':')
        text += 4;
    if (*text < '0' || *text > '9')
        return false;
    for (; *text >= '0' && *text <= '9'; text++)
        v = v * 10 + (uint64_t)(*text - '0');
    for (unsigned i = 0; i < ARRAY_SIZE(units); i++)
        if (*text == units[i].suffix) {
            shift = units[i].shift;
            text++;
            break;
        }
    *value = v << shift;
    return *text == 0 || *text == ',';
}

static bool set_dom0_mem(const char *value)
{
    return parse_size(value, &boot_options.dom0_mem);
}

static bool set_level(const char *value, unsigned *level)
{
    static const char *const names[] = {"error", "warning", "info", "debug"};

    if (text_equal(value, "all")) {
        *level = LOG_DEBUG;
        return true;
    }
    if (text_equal(value, "none")) {
        *level = LOG_ERROR;
        return true;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(names); i++)
        if (text_equal(value, names[i])) {
            *level = i;
            return true;
        }
    return false;
}

static bool set_loglvl(const char *value)
{
    return set_level(value, &boot_options.loglvl);
}

static bool set_guest_loglvl(const char *value)
{
    return set_level(value, &boot_options.guest_loglvl);
}

static bool set_com1(const char *value)
{
    uint64_t baud;

    if (!parse_number(value, &baud) || baud == 0 || baud > 115200 || 115200 % baud != 0)
        return false;
    boot_options.baud = (unsigned)baud;
    return true;
}

static bool set_console(const char *value)
{
    return text_equal(value, "com1"); /* the only one there is */
}

static bool set_maxcpus(const char *value)
{
    uint64_t n;

    if (!parse_number(value, &n) || n == 0)
        return false;
    boot_options.maxcpus = (unsigned)n;
    return true;
}

static bool set_dom0_max_vcpus(const char *value)
{
    uint64_t n;

    if (!parse_number(value, &n) || n == 0 || n > XEN_LEGACY_MAX_VCPUS)
        return false;
    boot_options.dom0_max_vcpus = (unsigned)n;
    return true;
}

static bool set_flag(const char *value, bool *flag)
{
    if (value[0] == 0 || text_equal(value, "1") || text_equal(value, "yes") || text_equal(value, "on"))
        *flag = true;
    else if (text_equal(value, "0") || text_equal(value, "no") || text_equal(value, "off"))
        *flag = false;
    else
        return false;
    return true;
}

static bool set_noreboot(const char *value)
{
    return set_flag(value, &boot_options.noreboot);
}

static bool set_hypercall_trace(const char *value)
{
    return set_flag(value, &boot_options.hypercall_trace);
}

static const struct {
    const char *name;
    bool (*set)(const char *value);
} options[] = {
    {"console", set_console},
    {"com1", set_com1},
    {"dom0_mem", set_dom0_mem},
    {"loglvl", set_loglvl},
    {"guest_loglvl", set_guest_loglvl},
    {"noreboot", set_noreboot},
    {"maxcpus", set_maxcpus},
    {"dom0_max_vcpus", set_dom0_max_vcpus},
    {"hypercall_trace", set_hypercall_trace},
};

static void option_set(char *word)
{
    char *value = word;
    char kept[WORD_MAX];

    for (unsigned i = 0; i < WORD_MAX; i++)
        kept[i] = word[i];
    while (*value && *value != '=')
        value++;
    if (*value)
        *value++ = 0;
    for (unsigned i = 0; i < ARRAY_SIZE(options); i++)
        if (text_equal(word, options[i].name) && options[i].set(value))
            return;
    if (unknown_count < UNKNOWN_MAX) {
        for (unsigned i = 0; i < WORD_MAX; i++)
            unknown[unknown_count][i] = kept[i];
        unknown_count++;
    }
}

void options_parse(const char *line)
{
    while (*line && *line != ' ')
        line++;
    while (*line) {
        char word[WORD_MAX] = {0};
        unsigned n = 0;

        while (*line == ' ')
            line++;
        for (; *line && *line != ' '; line++)
            if (n + 1 < WORD_MAX)
                word[n++] = *line;
        if (n)
            option_set(word);
    }
}

void options_report(void)
{
    for (unsigned i = 0; i < unknown_count; i++)
        log_line(LOG_WARNING,
                 "option \"%s\" is not understood and was ignored; docs/options.md lists the options.",
                 unknown[i]);
}
