// SPDX-License-Identifier: MIT
#include "domains.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/cpu.h>
#include <guestkit/time.h>

#include "builder/control.h"
#include "domains/devices.h"
#include "domains/files.h"
#include "domains/nodes.h"
#include "report.h"

void (*domains_changed)(void);

static void changed(void)
{
    if (domains_changed)
        domains_changed();
}

/* ---- configurations */

static void tell_fault(void *context, bool is_warning, const char *sentence)
{
    report("%s", sentence);
}

bool domain_config_load(const char *name, struct domain_config *config, char *sentence)
{
    struct file file;

    if (!file_find(name, &file)) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "there is no file %s in the boot archive", name);
        return false;
    }
    snprintf(sentence, DOMAIN_SENTENCE_MAX, "%s was not understood", name);
    return domain_config_read(config, name, file.data, file.size, tell_fault, NULL);
}

/* ---- creating */

/* Random enough to tell domains apart: version 4 of RFC 4122, from the time-stamp counter. */
static void make_uuid(uint8_t uuid[DOMAIN_UUID_BYTES])
{
    static uint64_t state = 0x9e3779b97f4a7c15ull;

    for (unsigned i = 0; i < DOMAIN_UUID_BYTES; i++) {
        state = (state ^ cpu_tsc()) * 6364136223846793005ull + 1442695040888963407ull;
        uuid[i] = (uint8_t)(state >> 56);
    }
    uuid[6] = (uint8_t)((uuid[6] & 0x0f) | 0x40);
    uuid[8] = (uint8_t)((uuid[8] & 0x3f) | 0x80);
}

static bool find_image(const char *what, const char *name, struct file *file, char *sentence)
{
    if (file_find(name, file))
        return true;
    snprintf(sentence, DOMAIN_SENTENCE_MAX, "the %s %s is not in the boot archive", what, name);
    return false;
}

/* Builds from the record's configuration. */
static int build(struct domain *domain, char *sentence)
{
    const struct domain_config *config = &domain->config;
    static char command_line[CONFIG_LINE_MAX];
    struct file kernel, ramdisk = {0};
    struct build_request request = {
        .command_line = command_line,
        .memory_mib = config->memory_mib,
        .max_memory_mib = config->maxmem_mib,
        .vcpus = config->vcpus,
    };

    if (!find_image("kernel", config->kernel, &kernel, sentence) ||
        (config->ramdisk[0] && !find_image("ramdisk", config->ramdisk, &ramdisk, sentence)))
        return -XEN_ENOENT;
    domain_config_command_line(config, command_line, sizeof(command_line));
    request.kernel = kernel.data;
    request.kernel_size = kernel.size;
    request.ramdisk = ramdisk.data;
    request.ramdisk_size = ramdisk.size;
    memcpy(request.uuid, domain->uuid, sizeof(request.uuid));
    return domain_build(&request, &domain->built, sentence);
}

static int say_refused(int error, const char *what, char *sentence)
{
    if (error)
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "%s cannot be opened (error %d)", what, error);
    return error;
}

/* Its console, its way into the store, and what it finds there. */
static int connect(struct domain *domain, char *sentence)
{
    const struct built_domain *built = &domain->built;
    int error =
        say_refused(console_open(&domain->console, built->domid, built->console_mfn, built->console_port),
                    "the console", sentence);

    if (!error)
        error = say_refused(nodes_write(domain), "its part of the store", sentence);
    if (!error)
        error = devices_write(domain, sentence);
    if (!error)
        error = pci_server_open(&domain->pci, built->domid, domain->config.devices,
                                domain->config.device_count, sentence, DOMAIN_SENTENCE_MAX);
    if (!error)
        error =
            say_refused(store_link_open(&domain->store, built->domid, built->store_mfn, built->store_port),
                        "the store", sentence);
    return error;
}

static void disconnect(struct domain *domain)
{
    console_close(&domain->console);
    pci_server_close(&domain->pci);
    store_link_close(&domain->store);
    devices_remove(domain);
    nodes_remove(domain);
}

/* From a record to a connected domain; the record is not in the list before that. */
static int start(struct domain *domain, char *sentence)
{
    int error = build(domain, sentence);

    if (error)
        return error;
    domain->domid = domain->built.domid;
    error = connect(domain, sentence);
    if (error) {
        disconnect(domain);
        control_destroy(domain->domid);
        return error;
    }
    domain->started = time_now();
    domain_list_add(domain);
    if (domain->config.driver[0])
        devices_adopt(domain);
    return 0;
}

/* ---- letting it run: not before its backends wait for it, since some frontends look but once */

static void run_if_ready(struct domain *domain)
{
    if (domain->awaits_backends && devices_ready(domain)) {
        domain->awaits_backends = false;
        control_unpause(domain->domid);
    }
}

static void let_run(struct domain *domain)
{
    domain->awaits_backends = true;
    run_if_ready(domain);
}

static void backends_moved(void *context, const char *path)
{
    for (struct domain *at = domain_first(); at; at = at->next)
        run_if_ready(at);
}

int domains_watch_backends(void)
{
    static struct store_watch watch = {.path = "/local/domain", .token = "backends", .told = backends_moved};

    return store_watch_open(&watch);
}

int domain_create(const struct domain_config *config, bool paused, char *sentence)
{
    struct domain *domain;
    int error;

    if (domain_find(config->name) || !strcmp(config->name, ROOT_NAME)) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "there is a domain called %s already", config->name);
        return -XEN_EEXIST;
    }
    domain = calloc(1, sizeof(*domain));
    if (!domain || !console_prepare(&domain->console)) {
        free(domain);
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "the root domain has too little memory left");
        return -XEN_ENOMEM;
    }
    domain->config = *config;
    strcpy(domain->name, config->name);
    memcpy(domain->uuid, config->uuid, sizeof(domain->uuid));
    if (!config->has_uuid)
        make_uuid(domain->uuid);
    error = start(domain, sentence);
    if (error) {
        console_free(&domain->console);
        free(domain);
        return error;
    }
    if (!paused)
        let_run(domain);
    changed();
    return 0;
}

/* ---- ending */

/* Takes the domain apart, leaving the record. */
static int stop(struct domain *domain, char *sentence)
{
    int error;

    disconnect(domain);
    error = control_destroy(domain->domid);
    if (error && error != -XEN_ESRCH) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "the hypervisor did not end %s (error %d)", domain->name,
                 error);
        return error;
    }
    domain_list_remove(domain);
    return 0;
}

int domain_destroy(struct domain *domain, char *sentence)
{
    int error = stop(domain, sentence);

    if (error)
        return error;
    console_free(&domain->console);
    free(domain);
    changed();
    return 0;
}

int domain_restart(struct domain *domain, char *sentence)
{
    int error = stop(domain, sentence);

    if (error)
        return error;
    domain->ended = false;
    error = start(domain, sentence);
    if (error) {
        console_free(&domain->console);
        free(domain);
    } else {
        let_run(domain);
    }
    changed();
    return error;
}

int domain_rename(struct domain *domain, const char *name, char *sentence)
{
    if (!config_name_valid(name) || !*name) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX,
                 "a name has letters, digits and -_.:+ only, and is not a number");
        return -XEN_EINVAL;
    }
    if (domain_find(name) || !strcmp(name, ROOT_NAME)) {
        snprintf(sentence, DOMAIN_SENTENCE_MAX, "there is a domain called %s already", name);
        return -XEN_EEXIST;
    }
    strcpy(domain->name, name);
    nodes_rename(domain);
    return 0;
}
