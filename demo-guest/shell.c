// SPDX-License-Identifier: MIT
#include "shell.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_TABLES 8

static const struct command *tables[MAX_TABLES];
static unsigned table_count;

void shell_add(const struct command *table)
{
    if (table_count < MAX_TABLES)
        tables[table_count++] = table;
}

static const struct command *find(const char *name)
{
    for (unsigned i = 0; i < table_count; i++)
        for (const struct command *command = tables[i]; command->name; command++)
            if (!strcmp(command->name, name))
                return command;
    return NULL;
}

static void run_words(int argc, char **argv)
{
    const struct command *command;

    if (!argc)
        return;
    command = find(argv[0]);
    if (command)
        command->run(argc, argv);
    else
        printf("%s: no such command; help lists them\n", argv[0]);
    fflush(stdout);
}

/*
 * Takes the next word from *at into `out`, and moves both on; a quote, single or double, keeps everything up to
 * its partner. Returns whether there was one before the end or a semicolon.
 */
static int take_word(const char **at, char **out)
{
    char quote = 0;

    while (**at == ' ' || **at == '\t')
        ++*at;
    if (!**at || **at == ';')
        return 0;
    for (; **at; ++*at) {
        char c = **at;

        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? 0 : c;
        else if (!quote && (c == ' ' || c == '\t' || c == ';'))
            break;
        else
            *(*out)++ = c;
    }
    *(*out)++ = '\0';
    return 1;
}

void shell_run(const char *line)
{
    /* Words are never longer than the line they are cut from: a byte more each for the NUL. */
    char *words = malloc(2 * strlen(line) + 2), *out = words;
    char *argv[SHELL_MAX_WORDS + 1];
    int argc = 0;

    if (!words) {
        printf("no memory left to read that line\n");
        return;
    }
    for (;;) {
        char *word = out;

        if (take_word(&line, &out)) {
            if (argc < SHELL_MAX_WORDS)
                argv[argc++] = word;
            continue;
        }
        argv[argc] = NULL;
        run_words(argc, argv);
        if (!*line)
            break;
        line++;
        argc = 0;
        out = words;
    }
    free(words);
}

static int help(int argc, char **argv)
{
    for (unsigned i = 0; i < table_count; i++)
        for (const struct command *command = tables[i]; command->name; command++)
            printf("  %-10s %-9s %s\n", command->name, command->arguments, command->summary);
    return 0;
}

const struct command shell_commands[] = {
    {"help", "", "this list", help},
    {0},
};
