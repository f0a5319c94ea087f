// SPDX-License-Identifier: MIT
/* A domain's console: attached, it gets all keys but one and its output is shown. */
#include <stdio.h>
#include <string.h>

#include "domains/domains.h"
#include "shell/command_domain.h"
#include "shell/shell.h"

#define LEAVE_KEY 0x1d /* Ctrl-] */

static struct console *attached;
static bool at_line_start;

static void show(void *context, const char *text, size_t length)
{
    fwrite(text, 1, length, stdout);
    fflush(stdout);
    at_line_start = text[length - 1] == '\n';
}

static void leave(void)
{
    console_listen_to(NULL, NULL, NULL);
    attached = NULL;
    if (!at_line_start)
        putchar('\n');
    shell_give_back();
}

static void key(char byte)
{
    if (byte == LEAVE_KEY)
        leave();
    else
        console_type(attached, &byte, 1);
}

/* The domain may have gone meanwhile, or has come to its end. */
static void look_whether_gone(void)
{
    for (struct domain *at = domain_first(); attached && at; at = at->next)
        if (&at->console == attached && !at->ended)
            return;
    if (attached)
        leave();
}

static void print_all(struct domain *domain)
{
    uint64_t position = 0;
    const char *text;
    size_t length;

    console_refresh(&domain->console);
    at_line_start = true;
    while ((length = history_piece(domain->console.history, &position, &text)))
        show(NULL, text, length);
    if (!at_line_start)
        putchar('\n');
}

static void console(int argc, char **argv)
{
    bool log = argc > 1 && !strcmp(argv[1], "--log");
    struct domain *domain;

    if (!shell_words(argc, argv, 1 + log, 1 + log) || !(domain = named_domain(argv[0], argv[1 + log])))
        return;
    if (log) {
        print_all(domain);
        return;
    }
    printf("This is the console of %s; Ctrl-] leaves it.\n", domain->name);
    at_line_start = true;
    attached = &domain->console;
    domains_changed = look_whether_gone;
    shell_take_foreground(key);
    console_listen_to(attached, show, NULL);
    look_whether_gone();
}

const struct command console_commands[] = {
    {"console", "[--log] DOM", "a domain's console; --log only shows what it printed", COMPLETE_DOMAIN,
     console},
    {0},
};
