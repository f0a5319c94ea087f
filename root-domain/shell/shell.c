// SPDX-License-Identifier: MIT
#include "shell.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <guestkit/console.h>
#include <guestkit/console_input.h>
#include <guestkit/start.h>

#include "domains/domains.h"
#include "domains/files.h"
#include "loop.h"
#include "report.h"
#include "shell/line.h"
#include "shell/words.h"

static const char prompt[] = "ringlet> ";

static const struct command *const tables[] = {domain_commands,  store_commands,   console_commands,
                                               machine_commands, refusal_commands, device_commands,
                                               shell_commands};

static struct line line;
static bool foreground;
static bool prompt_shown; /* the prompt and what is typed are the last thing on the screen */
static shell_keys *keys;
static char *pending;    /* text of commands that were not run yet */
static const char *next; /* what is left of it; NULL: a line may be typed */
static struct loop_source source;

const struct command *shell_command(unsigned index)
{
    for (unsigned i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        for (const struct command *command = tables[i]; command->name; command++)
            if (!index--)
                return command;
    return NULL;
}

static const struct command *find(const char *name)
{
    const struct command *command;

    for (unsigned i = 0; (command = shell_command(i)) && strcmp(command->name, name) != 0; i++)
        ;
    return command;
}

void shell_error(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    printf(".\n");
}

bool shell_words(int argc, char **argv, int least, int most)
{
    const struct command *command = find(argv[0]);

    if (argc - 1 >= least && argc - 1 <= most)
        return true;
    printf("usage: %s%s%s\n", argv[0], *command->arguments ? " " : "", command->arguments);
    return false;
}

void shell_take_foreground(shell_keys *function)
{
    foreground = true;
    keys = function;
}

void shell_give_back(void)
{
    foreground = false;
    loop_ready(&source);
}

/* ---- running */

static void run_words(int argc, char **argv)
{
    const struct command *command = find(argv[0]);

    if (command)
        command->run(argc, argv);
    else
        shell_error("%s: there is no such command; help lists them", argv[0]);
    fflush(stdout);
}

/* Runs what was entered until it is all done or a command stays in the foreground. */
static void run_pending(void)
{
    while (next && !foreground) {
        char *argv[WORDS_MAX + 1];
        char *room = malloc(2 * strlen(next) + 2);
        int argc;

        if (!room) {
            shell_error("there is no memory left to run that");
            next = NULL;
            break;
        }
        argc = words_take(next, &next, room, argv);
        if (!*next)
            next = NULL;
        if (argc)
            run_words(argc, argv);
        free(room);
    }
    if (!next) {
        free(pending);
        pending = NULL;
    }
}

static void enter(const char *text)
{
    pending = strdup(text);
    next = pending;
    if (!pending)
        shell_error("there is no memory left to run that");
    run_pending();
}

/* ---- keys */

static void show(const char *text, size_t length)
{
    fwrite(text, 1, length, stdout);
}

/* When nothing runs any more, a line may be typed. */
static void settle(void)
{
    if (!prompt_shown && !foreground && !next) {
        line_draw(&line);
        prompt_shown = true;
    }
}

static void take_key(char key)
{
    if (foreground) {
        keys(key);
        return;
    }
    switch (line_key(&line, key)) {
    case LINE_EDITED: break;
    case LINE_END: break;
    case LINE_DONE:
        prompt_shown = false;
        enter(line.text);
        settle();
        break;
    }
}

/* Keys that nobody can take yet stay where they are. */
static void run(void *context)
{
    char key;

    run_pending();
    settle();
    while ((!foreground || keys) && console_read(&key, 1)) {
        take_key(key);
        run_pending();
        settle();
    }
    fflush(stdout);
}

/* A message from elsewhere: above the line that is being typed. */
static void tell(const char *text)
{
    if (prompt_shown)
        line_hide(&line);
    printf("%s\n", text);
    if (prompt_shown)
        line_draw(&line);
    fflush(stdout);
}

/* ---- completion */

static const char *domain_candidate(unsigned index)
{
    struct domain *domain = domain_first();

    while (domain && index--)
        domain = domain->next;
    return domain ? domain->name : NULL;
}

static const char *candidate(const char *text, size_t start, unsigned index)
{
    char name[32];
    size_t length = strcspn(text, " ");
    const struct command *command;
    struct file file;

    if (start == 0)
        return (command = shell_command(index)) ? command->name : NULL;
    snprintf(name, sizeof(name), "%.*s", (int)length, text);
    command = find(name);
    switch (command ? command->completion : COMPLETE_NOTHING) {
    case COMPLETE_DOMAIN: return domain_candidate(index);
    case COMPLETE_CONFIG: return file_at(index, ".cfg", &file) ? file.name : NULL;
    case COMPLETE_COMMAND: return (command = shell_command(index)) ? command->name : NULL;
    default: return NULL;
    }
}

void shell_init(const char *text)
{
    line_init(&line, prompt, show, candidate);
    source = (struct loop_source){.run = run};
    loop_add(&source);
    console_listen(boot_info, loop_event, &source);
    report_to(tell);
    if (text) {
        printf("%s%s\n", prompt, text);
        next = pending = strdup(text);
    } else {
        settle();
    }
    fflush(stdout);
    loop_ready(&source);
}

static void help(int argc, char **argv)
{
    const struct command *command;

    for (unsigned i = 0; (command = shell_command(i)); i++)
        if (argc < 2 || !strcmp(command->name, argv[1]))
            printf("  %-13s %-24s %s\n", command->name, command->arguments, command->summary);
    if (argc > 1 && !find(argv[1]))
        shell_error("help: there is no command %s", argv[1]);
}

const struct command shell_commands[] = {
    {"help", "[COMMAND]", "this list", COMPLETE_COMMAND, help},
    {0},
};
