// SPDX-License-Identifier: MIT
#include "command_domain.h"

#include <string.h>

#include "shell/shell.h"

struct domain *named_domain(const char *command, const char *word)
{
    struct domain *domain = domain_find(word);

    if (!domain && (!strcmp(word, ROOT_NAME) || !strcmp(word, "0")))
        shell_error("%s: " ROOT_NAME " is the root domain itself", command);
    else if (!domain)
        shell_error("%s: there is no domain %s", command, word);
    return domain;
}

bool named_domid(const char *command, const char *word, domid_t *domid)
{
    struct domain *domain;

    *domid = 0;
    if (!strcmp(word, ROOT_NAME) || !strcmp(word, "0"))
        return true;
    domain = named_domain(command, word);
    if (domain)
        *domid = domain->domid;
    return domain != NULL;
}

void domain_state(const xen_domctl_getdomaininfo_t *info, char letters[7], const char **word)
{
    static const struct {
        uint32_t flag;
        char letter;
        const char *word;
    } states[] = {
        {XEN_DOMINF_running, 'r', "running"}, {XEN_DOMINF_blocked, 'b', "blocked"},
        {XEN_DOMINF_paused, 'p', "paused"},   {XEN_DOMINF_shutdown, 's', "shutdown"},
        {XEN_DOMINF_dying, 'd', "dying"},
    };
    uint32_t reason = info->flags >> XEN_DOMINF_shutdownshift & XEN_DOMINF_shutdownmask;

    memcpy(letters, "------", 7);
    *word = "waiting";
    for (unsigned i = 0; i < sizeof(states) / sizeof(states[0]); i++)
        if (info->flags & states[i].flag) {
            letters[i < 4 ? i : 5] = states[i].letter;
            *word = states[i].word;
        }
    if ((info->flags & XEN_DOMINF_shutdown) && reason == SHUTDOWN_crash) {
        letters[4] = 'c';
        *word = "crashed";
    }
}

const char *domain_name(domid_t domid)
{
    struct domain *domain = domain_with_id(domid);

    return domain ? domain->name : domid ? "(unknown)" : ROOT_NAME;
}
