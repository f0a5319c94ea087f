// SPDX-License-Identifier: MIT
/* The machine: what it is, what its hypervisor says, and who uses it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <guestkit/shutdown.h>
#include <guestkit/stubs.h>
#include <guestkit/time.h>

#include "builder/control.h"
#include "domains/domains.h"
#include "domains/files.h"
#include "loop.h"
#include "shell/command_domain.h"
#include "shell/listing.h"
#include "shell/shell.h"

#define LIST_MAX 64u
#define MIB(pages) ((uint64_t)(pages) / 256)

static void dmesg(int argc, char **argv)
{
    char buffer[1024];
    uint32_t index = 0;
    bool any = false;
    int length;

    while ((length = control_log(buffer, sizeof(buffer), &index)) > 0) {
        fwrite(buffer, 1, (size_t)length, stdout);
        any = true;
    }
    if (length < 0 && !any)
        shell_error("dmesg: the hypervisor does not show its log (error %d)", length);
}

static void info(int argc, char **argv)
{
    bool json = listing_wants_json(&argc, argv);
    struct xen_sysctl_physinfo machine;
    char text[1024];
    struct facts facts;
    int error = control_machine(&machine), version = xen_version_version();

    if (error) {
        shell_error("info: the hypervisor does not tell about the machine (error %d)", error);
        return;
    }
    facts_begin(&facts, json);
    facts_text(&facts, "hypervisor", ringlet_version() > 0 ? "Ringlet" : "Xen");
    snprintf(text, sizeof(text), "%d.%d", version >> 16, version & 0xffff);
    facts_text(&facts, "interface_version", text);
    memset(text, 0, sizeof(text));
    xen_version_capabilities((xen_capabilities_info_t *)text);
    text[strcspn(text, "\n")] = '\0';
    while (*text && text[strlen(text) - 1] == ' ')
        text[strlen(text) - 1] = '\0';
    facts_text(&facts, "capabilities", text);
    facts_number(&facts, "processors", machine.nr_cpus);
    facts_number(&facts, "processor_mhz", machine.cpu_khz / 1000);
    facts_number(&facts, "total_memory_mib", MIB(machine.total_pages));
    facts_number(&facts, "free_memory_mib", MIB(machine.free_pages));
    facts_end(&facts);
}

/* "3 d 04:05:06" without the days when there are none. */
static void format_time(uint64_t seconds, char *text, size_t size)
{
    unsigned days = (unsigned)(seconds / 86400);
    int n = days ? snprintf(text, size, "%u d ", days) : 0;

    snprintf(text + n, size - (size_t)n, "%02u:%02u:%02u", (unsigned)(seconds / 3600 % 24),
             (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

static void uptime_row(struct listing *listing, const char *name, domid_t domid, uint64_t ns)
{
    char text[32];

    format_time(ns / TIME_SECOND, text, sizeof(text));
    listing_text(listing, name);
    listing_number(listing, domid);
    if (listing->json)
        listing_thousandths(listing, ns / TIME_MILLISECOND);
    else
        listing_text(listing, text);
}

static void uptime(int argc, char **argv)
{
    static const struct listing_column columns[] = {{"Name", "name", -24},
                                                    {"ID", "id", 5},
                                                    {"Uptime", "uptime_seconds", 14},
                                                    {0}};
    bool json = listing_wants_json(&argc, argv);
    uint64_t now = time_now();
    struct listing listing;

    listing_begin(&listing, columns, json);
    uptime_row(&listing, ROOT_NAME, 0, now);
    for (struct domain *at = domain_first(); at; at = at->next)
        uptime_row(&listing, at->name, at->domid, now - at->started);
    listing_end(&listing);
}

/* ---- top: shares of the processors since the last look, every second until a key */

static struct {
    xen_domctl_getdomaininfo_t domains[LIST_MAX];
    int count;
    uint64_t time;
} looks[2];
static unsigned newest;
static bool top_once, top_json;

static uint64_t time_before(domid_t domid)
{
    for (int i = 0; i < looks[!newest].count; i++)
        if (looks[!newest].domains[i].domain == domid)
            return looks[!newest].domains[i].cpu_time;
    return 0;
}

static void look(void)
{
    newest = !newest;
    looks[newest].time = time_now();
    looks[newest].count = control_list(0, looks[newest].domains, LIST_MAX);
}

static void show_top(void)
{
    static const struct listing_column columns[] = {{"Name", "name", -24},
                                                    {"ID", "id", 5},
                                                    {"State", "state", 8},
                                                    {"CPU(%)", "cpu_percent", 8},
                                                    {"Mem", "memory_mib", 6},
                                                    {"Time(s)", "cpu_seconds", 9},
                                                    {0}};
    uint64_t elapsed = looks[newest].time - looks[!newest].time;
    struct listing listing;

    listing_begin(&listing, columns, top_json);
    for (int i = 0; i < looks[newest].count; i++) {
        const xen_domctl_getdomaininfo_t *domain = &looks[newest].domains[i];
        char letters[7];
        const char *word;

        domain_state(domain, letters, &word);
        listing_text(&listing, domain_name(domain->domain));
        listing_number(&listing, domain->domain);
        listing_either(&listing, letters, word);
        listing_thousandths(&listing, (domain->cpu_time - time_before(domain->domain)) * 100000 / elapsed);
        listing_number(&listing, MIB(domain->tot_pages));
        listing_thousandths(&listing, domain->cpu_time / TIME_MILLISECOND);
    }
    listing_end(&listing);
    fflush(stdout);
}

static void top_again(void *context);
static struct loop_timer top_timer = {.run = top_again};

static void top_again(void *context)
{
    look();
    if (!top_once)
        printf("\033[H\033[2J");
    show_top();
    if (top_once)
        shell_give_back();
    else
        loop_timer_set(&top_timer, time_now() + TIME_SECOND);
}

static void top_key(char key)
{
    loop_timer_stop(&top_timer);
    shell_give_back();
}

static void top(int argc, char **argv)
{
    top_json = listing_wants_json(&argc, argv);
    top_once = top_json || (argc > 1 && !strcmp(argv[1], "-1"));
    if (!shell_words(argc, argv, 0, 1))
        return;
    look();
    shell_take_foreground(top_key);
    loop_timer_set(&top_timer, time_now() + TIME_SECOND / (top_once ? 4 : 1));
    if (!top_once)
        printf("Any key ends this.\n");
}

static void ls(int argc, char **argv)
{
    static const struct listing_column columns[] = {{"Size", "bytes", 10}, {"Name", "name", -1}, {0}};
    bool json = listing_wants_json(&argc, argv);
    struct listing listing;
    struct file file;

    listing_begin(&listing, columns, json);
    for (unsigned i = 0; file_at(i, "", &file); i++) {
        listing_number(&listing, file.size);
        listing_text(&listing, file.name);
    }
    listing_end(&listing);
}

static void power_off(int argc, char **argv)
{
    fflush(stdout);
    shutdown(SHUTDOWN_poweroff);
}

const struct command machine_commands[] = {
    {"dmesg", "", "what the hypervisor printed", COMPLETE_NOTHING, dmesg},
    {"info", "[--json]", "the machine and its hypervisor", COMPLETE_NOTHING, info},
    {"top", "[--json | -1]", "who uses the processor, each second; -1: once", COMPLETE_NOTHING, top},
    {"uptime", "[--json]", "how long each domain has been running", COMPLETE_NOTHING, uptime},
    {"ls", "[--json]", "the files of the boot archive", COMPLETE_NOTHING, ls},
    {"poweroff", "", "end everything", COMPLETE_NOTHING, power_off},
    {0},
};
