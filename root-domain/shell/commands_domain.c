// SPDX-License-Identifier: MIT
/* Domains: which there are, and what can be done to them. */
#include <stdio.h>
#include <string.h>

#include <guestkit/time.h>

#include "builder/control.h"
#include "domains/domains.h"
#include "loop.h"
#include "shell/command_domain.h"
#include "shell/listing.h"
#include "shell/shell.h"

#define LIST_MAX 64u
#define NS_PER_MS 1000000u

static void list_row(struct listing *listing, const xen_domctl_getdomaininfo_t *info)
{
    char letters[7];
    const char *word;

    domain_state(info, letters, &word);
    listing_text(listing, domain_name(info->domain));
    listing_number(listing, info->domain);
    listing_number(listing, info->tot_pages / 256);
    listing_number(listing, info->nr_online_vcpus);
    listing_either(listing, letters, word);
    listing_thousandths(listing, info->cpu_time / NS_PER_MS);
}

static void list(int argc, char **argv)
{
    static const struct listing_column columns[] = {
        {"Name", "name", -24},
        {"ID", "id", 5},
        {"Mem", "memory_mib", 6},
        {"VCPUs", "vcpus", 6},
        {"State", "state", 8},
        {"Time(s)", "cpu_seconds", 9},
        {0},
    };
    static xen_domctl_getdomaininfo_t domains[LIST_MAX];
    bool json = listing_wants_json(&argc, argv);
    domid_t only = 0;
    struct listing listing;
    int count;

    if (!shell_words(argc, argv, 0, 1) || (argc > 1 && !named_domid(argv[0], argv[1], &only)))
        return;
    count = control_list(only, domains, argc > 1 ? 1 : LIST_MAX);
    if (count < 0) {
        shell_error("list: the hypervisor does not say which domains there are (error %d)", count);
        return;
    }
    listing_begin(&listing, columns, json);
    for (int i = 0; i < count; i++)
        list_row(&listing, &domains[i]);
    listing_end(&listing);
}

static void create(int argc, char **argv)
{
    static struct domain_config config;
    char sentence[DOMAIN_SENTENCE_MAX];
    bool paused = argc > 1 && !strcmp(argv[1], "-p");

    if (!shell_words(argc, argv, 1 + paused, 1 + paused))
        return;
    if (!domain_config_load(argv[1 + paused], &config, sentence) || domain_create(&config, paused, sentence))
        shell_error("create: %s", sentence);
    else
        printf("%s is domain %u%s\n", config.name, domain_find(config.name)->domid, paused ? ", paused" : "");
}

static void destroy(int argc, char **argv)
{
    char sentence[DOMAIN_SENTENCE_MAX];
    struct domain *domain;

    if (!shell_words(argc, argv, 1, 1) || !(domain = named_domain(argv[0], argv[1])))
        return;
    if (domain_destroy(domain, sentence))
        shell_error("destroy: %s", sentence);
}

static void set_paused(int argc, char **argv, int (*change)(domid_t domid))
{
    struct domain *domain;
    int error;

    if (!shell_words(argc, argv, 1, 1) || !(domain = named_domain(argv[0], argv[1])))
        return;
    domain->awaits_backends = false;
    error = change(domain->domid);
    if (error == -XEN_EINVAL)
        shell_error("%s: %s is not paused", argv[0], domain->name);
    else if (error)
        shell_error("%s: the hypervisor refused it (error %d)", argv[0], error);
}

static void pause(int argc, char **argv)
{
    set_paused(argc, argv, control_pause);
}

static void unpause(int argc, char **argv)
{
    set_paused(argc, argv, control_unpause);
}

static void rename_domain(int argc, char **argv)
{
    char sentence[DOMAIN_SENTENCE_MAX];
    struct domain *domain;

    if (!shell_words(argc, argv, 2, 2) || !(domain = named_domain(argv[0], argv[1])))
        return;
    if (domain_rename(domain, argv[2], sentence))
        shell_error("rename: %s", sentence);
}

/* ---- wait: the next command runs when a domain is gone or has ended, or the time is over */

static char awaited[CONFIG_NAME_MAX];
static bool waiting;

static void stop_waiting(void)
{
    waiting = false;
    shell_give_back();
}

static void time_is_over(void *context)
{
    if (waiting)
        stop_waiting();
}

static struct loop_timer timeout = {.run = time_is_over};

static void look_whether_gone(void)
{
    struct domain *domain = waiting ? domain_find(awaited) : NULL;

    if (waiting && (!domain || domain->ended)) {
        loop_timer_stop(&timeout);
        stop_waiting();
    }
}

static void any_key(char key)
{
    loop_timer_stop(&timeout);
    stop_waiting();
}

static void wait_for(int argc, char **argv)
{
    unsigned seconds = 0;
    bool is_time = argc > 1 && sscanf(argv[1], "%us", &seconds) == 1 && strchr(argv[1], 's');

    if (!shell_words(argc, argv, 1, 1))
        return;
    if (!is_time && !named_domain(argv[0], argv[1]))
        return;
    snprintf(awaited, sizeof(awaited), "%s", is_time ? "" : argv[1]);
    domains_changed = is_time ? NULL : look_whether_gone;
    waiting = true;
    shell_take_foreground(any_key);
    if (is_time)
        loop_timer_set(&timeout, time_now() + seconds * TIME_SECOND);
    else
        look_whether_gone();
}

const struct command domain_commands[] = {
    {"list", "[--json] [DOM]", "the domains", COMPLETE_DOMAIN, list},
    {"create", "[-p] FILE.cfg", "make a domain; -p leaves it paused", COMPLETE_CONFIG, create},
    {"destroy", "DOM", "end a domain at once", COMPLETE_DOMAIN, destroy},
    {"pause", "DOM", "stop a domain's processors", COMPLETE_DOMAIN, pause},
    {"unpause", "DOM", "let them go on", COMPLETE_DOMAIN, unpause},
    {"rename", "DOM NAME", "give a domain another name", COMPLETE_DOMAIN, rename_domain},
    {"wait", "DOM | 5s", "go on when a domain has ended, or later; any key ends it", COMPLETE_DOMAIN,
     wait_for},
    {0},
};
