// SPDX-License-Identifier: MIT
#include "domain_config.h"

#include <stdio.h>
#include <string.h>

#include "text.h"
#include "value.h"

/* Setters: NULL, or what is wrong, without a full stop. `field` is where the key's row says. */
typedef const char *setter(void *field, const struct config_statement *statement,
                           const struct config_atom *item);

#define WRONG_KIND_TEXT "the value should be a string in quotes"
#define WRONG_KIND_NUMBER "the value should be a number"

static const char *set_text(void *field, size_t size, const struct config_statement *s,
                            const struct config_atom *item)
{
    char *out = field;
    size_t used = s->append ? strlen(out) : 0;

    if (item->is_number)
        return WRONG_KIND_TEXT;
    return span_copy(out + used, size - used, span_of(item->text)) ? NULL : "the value is too long";
}

static const char *set_path(void *field, const struct config_statement *s, const struct config_atom *item)
{
    return set_text(field, CONFIG_PATH_MAX, s, item);
}

static const char *set_line(void *field, const struct config_statement *s, const struct config_atom *item)
{
    return set_text(field, CONFIG_LINE_MAX, s, item);
}

bool config_name_valid(const char *name)
{
    bool only_digits = true;

    for (const char *c = name; *c; c++) {
        bool digit = *c >= '0' && *c <= '9';
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || strchr("-_.:+", *c) != NULL;

        if (!digit && !letter)
            return false;
        only_digits = only_digits && digit;
    }
    return !only_digits && strlen(name) < CONFIG_NAME_MAX;
}

static const char *set_name(void *field, const struct config_statement *s, const struct config_atom *item)
{
    const char *problem = set_text(field, CONFIG_NAME_MAX, s, item);

    if (problem || config_name_valid(field))
        return problem;
    return "the name may have letters, digits and -_.:+ only, and must not be a number";
}

static const char *set_driver(void *field, const struct config_statement *s, const struct config_atom *item)
{
    const char *problem = set_text(field, CONFIG_NAME_MAX, s, item);

    if (problem || !strcmp(field, "block") || !strcmp(field, "network"))
        return problem;
    return "the driver is neither block nor network";
}

static const char *set_memory(void *field, const struct config_statement *s, const struct config_atom *item)
{
    uint64_t before = s->append ? *(uint32_t *)field : 0;

    if (!item->is_number)
        return WRONG_KIND_NUMBER;
    if (item->number > CONFIG_MEMORY_MAX_MIB || before + item->number > CONFIG_MEMORY_MAX_MIB ||
        before + item->number == 0)
        return "memory is given in MiB, from 1 to 16384";
    *(uint32_t *)field = (uint32_t)(before + item->number);
    return NULL;
}

static const char *set_vcpus(void *field, const struct config_statement *s, const struct config_atom *item)
{
    if (!item->is_number)
        return WRONG_KIND_NUMBER;
    if (item->number < 1 || item->number > 32)
        return "a domain has 1 to 32 vcpus";
    *(uint32_t *)field = (uint32_t)item->number;
    return NULL;
}

static const struct {
    const char *name;
    enum config_action action;
} actions[] = {
    {"destroy", ACTION_DESTROY},
    {"restart", ACTION_RESTART},
    {"rename-restart", ACTION_RENAME_RESTART},
    {"preserve", ACTION_PRESERVE},
    /* There is nowhere to put a core. */
    {"coredump-destroy", ACTION_DESTROY},
    {"coredump-restart", ACTION_RESTART},
};

const char *config_action_name(enum config_action action)
{
    return actions[action].name;
}

static const char *set_action(void *field, const struct config_statement *s, const struct config_atom *item)
{
    for (unsigned i = 0; !item->is_number && i < sizeof(actions) / sizeof(actions[0]); i++)
        if (!strcmp(item->text, actions[i].name)) {
            *(enum config_action *)field = actions[i].action;
            return NULL;
        }
    return "the action is none of destroy, restart, rename-restart, preserve";
}

/* 32 hexadecimal digits, with hyphens anywhere between bytes. */
static const char *set_uuid(void *field, const struct config_statement *s, const struct config_atom *item)
{
    struct domain_config *config = field;
    const char *at = item->text;
    uint64_t byte;
    unsigned n = 0;

    for (; n < 16 && strlen(at) >= 2; at += 2) {
        at += *at == '-';
        if (strlen(at) < 2 || !span_hexadecimal((struct span){at, 2}, 2, &byte))
            break;
        config->uuid[n++] = (uint8_t)byte;
    }
    config->has_uuid = n == 16 && !*at;
    return config->has_uuid ? NULL : "the uuid is not 32 hexadecimal digits";
}

static const char *set_type(void *field, const struct config_statement *s, const struct config_atom *item)
{
    if (!item->is_number && (!strcmp(item->text, "pv") || !strcmp(item->text, "generic")))
        return NULL;
    return "only domains of type pv run here";
}

static const char *add_disk(void *field, const struct config_statement *s, const struct config_atom *item)
{
    struct domain_config *config = field;

    if (item->is_number)
        return WRONG_KIND_TEXT;
    if (config->disk_count == CONFIG_DISKS_MAX)
        return "a domain has at most 8 disks";
    return disk_read(&config->disks[config->disk_count++], item->text);
}

static const char *add_vif(void *field, const struct config_statement *s, const struct config_atom *item)
{
    struct domain_config *config = field;

    if (item->is_number)
        return WRONG_KIND_TEXT;
    if (config->vif_count == CONFIG_VIFS_MAX)
        return "a domain has at most 4 vifs";
    return vif_read(&config->vifs[config->vif_count++], item->text);
}

bool config_pci_read(struct config_pci *device, const char *text)
{
    struct span rest = span_of(text), function = rest, part;
    uint64_t segment = 0, bus, slot, number;

    part = span_cut(&function, '.');
    rest = (struct span){text, part.length};
    part = span_cut(&rest, ':');
    if (!function.text || !rest.text)
        return false;
    if (memchr(rest.text, ':', rest.length)) {
        if (!span_hexadecimal(part, 4, &segment))
            return false;
        part = span_cut(&rest, ':');
    }
    if (!span_hexadecimal(part, 2, &bus) || !span_hexadecimal(rest, 2, &slot) ||
        !span_hexadecimal(function, 1, &number) || slot > 31 || number > 7)
        return false;
    *device = (struct config_pci){(uint16_t)segment, (uint8_t)bus, (uint8_t)slot, (uint8_t)number};
    return true;
}

static const char *add_device(void *field, const struct config_statement *s, const struct config_atom *item)
{
    struct domain_config *config = field;

    if (item->is_number)
        return WRONG_KIND_TEXT;
    if (config->device_count == CONFIG_DEVICES_MAX)
        return "a domain has at most 4 devices";
    return config_pci_read(&config->devices[config->device_count++], item->text)
               ? NULL
               : "the device is none such as 00:04.0";
}

#define FIELD(name) offsetof(struct domain_config, name)
#define WHOLE 0

static const struct key {
    const char *name;
    bool list; /* the setter adds one item; a single string counts as a list of one */
    setter *set;
    size_t field;
    size_t counter; /* of a list's items */
} keys[] = {
    {"name", false, set_name, FIELD(name), 0},
    {"kernel", false, set_path, FIELD(kernel), 0},
    {"ramdisk", false, set_path, FIELD(ramdisk), 0},
    {"cmdline", false, set_line, FIELD(cmdline), 0},
    {"root", false, set_line, FIELD(root), 0},
    {"extra", false, set_line, FIELD(extra), 0},
    {"memory", false, set_memory, FIELD(memory_mib), 0},
    {"maxmem", false, set_memory, FIELD(maxmem_mib), 0},
    {"vcpus", false, set_vcpus, FIELD(vcpus), 0},
    {"uuid", false, set_uuid, WHOLE, 0},
    {"type", false, set_type, WHOLE, 0},
    {"builder", false, set_type, WHOLE, 0},
    {"on_poweroff", false, set_action, FIELD(on_poweroff), 0},
    {"on_reboot", false, set_action, FIELD(on_reboot), 0},
    {"on_crash", false, set_action, FIELD(on_crash), 0},
    {"driver", false, set_driver, FIELD(driver), 0},
    {"disk", true, add_disk, WHOLE, FIELD(disk_count)},
    {"vif", true, add_vif, WHOLE, FIELD(vif_count)},
    {"device", true, add_device, WHOLE, FIELD(device_count)},
};

static const struct key *key_named(const char *name)
{
    for (unsigned i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
        if (!strcmp(keys[i].name, name))
            return &keys[i];
    return NULL;
}

/* ---- a whole file */

struct reading {
    struct domain_config *config;
    const char *file;
    config_report *report;
    void *context;
    bool failed;
    struct config_reader reader;
    struct config_statement statement;
};

static void say(struct reading *r, bool is_warning, unsigned line, const char *subject, const char *text)
{
    char sentence[CONFIG_SENTENCE_MAX + CONFIG_PATH_MAX];

    if (line)
        snprintf(sentence, sizeof(sentence), "%.200s:%u: %s%s%s.", r->file, line, subject,
                 *subject ? ": " : "", text);
    else
        snprintf(sentence, sizeof(sentence), "%.200s: %s.", r->file, text);
    r->report(r->context, is_warning, sentence);
    r->failed = r->failed || !is_warning;
}

static void take_statement(struct reading *r)
{
    const struct config_statement *s = &r->statement;
    const struct key *key = key_named(s->key);
    char *whole = (char *)r->config;

    if (!key) {
        say(r, true, s->line, s->key, "this key is not known here and has no effect");
        return;
    }
    if (!key->list && s->kind == CONFIG_LIST) {
        say(r, false, s->line, s->key, "the value should not be a list");
        return;
    }
    if (key->list && !s->append)
        *(unsigned *)(whole + key->counter) = 0;
    for (unsigned i = 0; i < s->count; i++) {
        const char *problem = key->set(whole + key->field, s, &s->items[i]);

        if (problem)
            say(r, false, s->items[i].line, s->key, problem);
    }
}

static void check_whole(struct reading *r)
{
    struct domain_config *config = r->config;
    char line[CONFIG_LINE_MAX];

    if (!config->name[0])
        say(r, false, 0, "", "the domain has no name");
    if (!config->kernel[0])
        say(r, false, 0, "", "the domain has no kernel");
    if (!config->maxmem_mib)
        config->maxmem_mib = config->memory_mib;
    if (config->maxmem_mib < config->memory_mib)
        say(r, false, 0, "", "maxmem is less than memory");
    if (config->driver[0] && !config->device_count)
        say(r, false, 0, "", "a driver domain needs a device");
    if (!domain_config_command_line(config, line, sizeof(line)))
        say(r, false, 0, "", "the kernel's command line is longer than 1023 bytes");
}

/* Given twice, a disk's name or a vif's address would make two devices one. */
static void check_devices(struct reading *r)
{
    const struct domain_config *config = r->config;

    for (unsigned i = 0; i < config->disk_count; i++)
        for (unsigned k = 0; k < i; k++)
            if (config->disks[i].number == config->disks[k].number)
                say(r, false, 0, "", "two disks have the same device name");
    for (unsigned i = 0; i < config->vif_count; i++)
        for (unsigned k = 0; k < i; k++)
            if (config->vifs[i].has_mac && config->vifs[k].has_mac &&
                !memcmp(config->vifs[i].mac, config->vifs[k].mac, 6))
                say(r, false, 0, "", "two vifs have the same mac");
}

bool domain_config_read(struct domain_config *config, const char *file, const char *text, size_t size,
                        config_report *report, void *context)
{
    static struct reading r;
    enum config_result result;

    *config = (struct domain_config){
        .memory_mib = 64,
        .vcpus = 1,
        .on_poweroff = ACTION_DESTROY,
        .on_reboot = ACTION_RESTART,
        .on_crash = ACTION_DESTROY,
    };
    r.config = config;
    r.file = file;
    r.report = report;
    r.context = context;
    r.failed = false;
    config_start(&r.reader, text, size);
    while ((result = config_next(&r.reader, &r.statement)) != CONFIG_END) {
        if (result == CONFIG_BAD)
            say(&r, false, r.reader.error_line, "", r.reader.sentence);
        else
            take_statement(&r);
    }
    if (!r.failed)
        check_whole(&r);
    if (!r.failed)
        check_devices(&r);
    return !r.failed;
}

bool domain_config_command_line(const struct domain_config *config, char *out, size_t size)
{
    int n;

    if (config->cmdline[0])
        n = snprintf(out, size, "%s", config->cmdline);
    else
        n = snprintf(out, size, "%s%s%s%s", config->root[0] ? "root=" : "", config->root,
                     config->root[0] && config->extra[0] ? " " : "", config->extra);
    return n >= 0 && (size_t)n < size;
}
