// SPDX-License-Identifier: MIT
/*
 * What happens when a domain ends by itself. VIRQ_DOM_EXC says that some domain did; which one, and how, is in its
 * information. A domain that keeps ending at once is not restarted for ever.
 */
#include <stdio.h>
#include <string.h>

#include <guestkit/events.h>
#include <guestkit/time.h>

#include "builder/control.h"
#include "domains.h"
#include "loop.h"
#include "report.h"

#define QUICK_NS TIME_SECOND
#define QUICK_ENDS_MAX 5u

const char *shutdown_reason_name(uint32_t reason)
{
    static const char *const names[] = {"powered off", "rebooted", "suspended", "crashed",
                                        "was ended by its watchdog"};

    return reason < sizeof(names) / sizeof(names[0]) ? names[reason] : "ended";
}

static enum config_action action_for(const struct domain *domain)
{
    switch (domain->end_reason) {
    case SHUTDOWN_poweroff: return domain->config.on_poweroff;
    case SHUTDOWN_reboot: return domain->config.on_reboot;
    /* Nobody can resume it yet. */
    case SHUTDOWN_suspend: return ACTION_PRESERVE;
    default: return domain->config.on_crash;
    }
}

/* Counts ends soon after the start; true when there were too many in a row. */
static bool ends_too_often(struct domain *domain)
{
    if (time_now() - domain->started < QUICK_NS)
        domain->quick_ends++;
    else
        domain->quick_ends = 0;
    return domain->quick_ends >= QUICK_ENDS_MAX;
}

/* The ended one keeps its record under another name, and a new domain takes the old name. */
static int rename_and_restart(struct domain *domain, char *sentence)
{
    static struct domain_config config;
    char name[CONFIG_NAME_MAX];
    int error = -XEN_EEXIST;

    config = domain->config;
    for (unsigned i = 1; i < 100 && error == -XEN_EEXIST; i++) {
        snprintf(name, sizeof(name), "%.27s-%u", config.name, i);
        error = domain_rename(domain, name, sentence);
    }
    return error ? error : domain_create(&config, false, sentence);
}

static void handle_end(struct domain *domain)
{
    char sentence[DOMAIN_SENTENCE_MAX], name[CONFIG_NAME_MAX];
    enum config_action action = action_for(domain);
    domid_t domid = domain->domid;
    const char *how = shutdown_reason_name(domain->end_reason);
    int error = 0;

    strcpy(name, domain->name);
    domain->ended = true;
    if ((action == ACTION_RESTART || action == ACTION_RENAME_RESTART) && ends_too_often(domain)) {
        report(
            "%s (domain %u) %s again; it ended %u times within a second of its start, so it stays as it is.",
            name, domid, how, domain->quick_ends);
        return;
    }
    switch (action) {
    case ACTION_DESTROY: error = domain_destroy(domain, sentence); break;
    case ACTION_RESTART: error = domain_restart(domain, sentence); break;
    case ACTION_RENAME_RESTART: error = rename_and_restart(domain, sentence); break;
    case ACTION_PRESERVE: break;
    }
    if (error)
        report("%s (domain %u) %s, and %s did not work: %s.", name, domid, how, config_action_name(action),
               sentence);
    else
        report("%s (domain %u) %s: %s.", name, domid, how, config_action_name(action));
}

/* The record may go while it is looked at, and others come: after each end the search begins anew. */
static void look_for_ends(void *context)
{
    struct domain *at = domain_first();

    while (at) {
        xen_domctl_getdomaininfo_t info;
        int error = control_info(at->domid, &info);

        if (!at->ended && !error && (info.flags & XEN_DOMINF_shutdown)) {
            at->end_reason = info.flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;
            handle_end(at);
            if (domains_changed)
                domains_changed();
            at = domain_first();
        } else {
            at = at->next;
        }
    }
}

int domains_init(void)
{
    static struct loop_source source = {.run = look_for_ends};
    int port = event_bind_virq(VIRQ_DOM_EXC, 0, loop_event, &source);

    loop_add(&source);
    return port < 0 ? port : 0;
}
