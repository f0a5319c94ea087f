// SPDX-License-Identifier: MIT
/* The root domain: takes its archive, creates the domains it describes, and then does what events and keys ask for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/shared.h>
#include <guestkit/start.h>

#include "builder/foreign.h"
#include "domains/domains.h"
#include "domains/files.h"
#include "domains/nodes.h"
#include "domains/store_link.h"
#include "loop.h"
#include "report.h"
#include "shell/shell.h"

/* What follows cmd= on the command line, to its end; NULL when there is nothing. */
static const char *boot_commands(void)
{
    const char *found = strstr((const char *)boot_info->cmd_line, "cmd=");

    return found ? found + strlen("cmd=") : NULL;
}

static bool has_option(int argc, char **argv, const char *name)
{
    for (int i = 0; i < argc && strncmp(argv[i], "cmd=", 4) != 0; i++)
        if (!strcmp(argv[i], name))
            return true;
    return false;
}

static void require(int error, const char *what)
{
    if (!error)
        return;
    printf("root domain: %s failed with error %d\n", what, error);
    exit(1);
}

#define CONFIGS_MAX 16u

static struct domain_config *configs[CONFIGS_MAX];
static unsigned config_count;

/* Those at the archive's top; what is wrong with one is said, and the others go on. */
static void read_configs(void)
{
    char sentence[DOMAIN_SENTENCE_MAX], name[CONFIG_PATH_MAX];
    struct file file;

    for (unsigned i = 0; config_count < CONFIGS_MAX && file_at(i, ".cfg", &file); i++) {
        struct domain_config *config = malloc(sizeof(*config));

        if (!config || strchr(file.name, '/') || strlen(file.name) >= sizeof(name)) {
            free(config);
            continue;
        }
        strcpy(name, file.name);
        if (domain_config_load(name, config, sentence)) {
            configs[config_count++] = config;
        } else {
            report("%s.", sentence);
            free(config);
        }
    }
}

static void create_all(bool drivers)
{
    char sentence[DOMAIN_SENTENCE_MAX];

    for (unsigned i = 0; i < config_count; i++)
        if ((configs[i]->driver[0] != '\0') == drivers && domain_create(configs[i], false, sentence))
            report("%s was not created: %s.", configs[i]->name, sentence);
}

int main(int argc, char **argv)
{
    upcalls_mask();
    /* Several lines to a hypercall. */
    setvbuf(stdout, NULL, _IOFBF, 4096);
    if (boot_info->mod_len)
        files_init((const void *)boot_info->mod_start, boot_info->mod_len);
    require(foreign_init(), "making room for other domains' frames");
    require(loop_init(), "binding the timer");
    require(store_init(), "making the store");
    require(nodes_write_root(), "writing to the store");
    require(domains_watch_backends(), "watching the store");
    require(domains_init(), "binding the event of a domain's end");
    if (!has_option(argc, argv, "nocreate")) {
        read_configs();
        /* The others need them. */
        create_all(true);
        create_all(false);
    }
    shell_init(boot_commands());
    loop_run();
}
