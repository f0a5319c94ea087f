// SPDX-License-Identifier: MIT
/* Ringlet's own: why a domain's calls were refused, and watching its calls. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abi/ringlet.h>
#include <guestkit/refusals.h>
#include <guestkit/stubs.h>

#include "shell/command_domain.h"
#include "shell/shell.h"

#define SHOWN 10u

static void why(int argc, char **argv)
{
    unsigned count = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : SHOWN;
    domid_t domid;
    int shown;

    if (!shell_words(argc, argv, 1, 2) || !named_domid(argv[0], argv[1], &domid))
        return;
    shown = refusals_show(domid, count);
    if (shown == 0)
        printf("%s was refused nothing.\n", argv[1]);
    else if (shown < 0)
        shell_error("why: the hypervisor does not say (%s)", refusals_errno_name(shown));
}

static void trace(int argc, char **argv)
{
    static const struct {
        const char *word;
        uint32_t mask;
    } masks[] = {{"off", 0}, {"calls", RINGLET_TRACE_HYPERCALLS}, {"failures", RINGLET_TRACE_FAILURES}};
    const char *word = argc > 2 ? argv[2] : "calls";
    ringlet_trace_t op = {0};
    int error;

    if (!shell_words(argc, argv, 1, 2) || !named_domid(argv[0], argv[1], &op.domid))
        return;
    for (unsigned i = 0; i < sizeof(masks) / sizeof(masks[0]); i++)
        if (!strcmp(word, masks[i].word)) {
            op.mask = masks[i].mask;
            error = ringlet_trace(&op);
            if (error)
                shell_error("trace: the hypervisor refused it (%s)", refusals_errno_name(error));
            return;
        }
    shell_error("trace: what to trace is off, calls or failures");
}

const struct command refusal_commands[] = {
    {"why", "DOM [COUNT]", "what the domain was refused, and the reasons", COMPLETE_DOMAIN, why},
    {"trace", "DOM [off|calls|failures]", "print the domain's calls here", COMPLETE_DOMAIN, trace},
    {0},
};
