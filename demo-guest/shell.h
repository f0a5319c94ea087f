// SPDX-License-Identifier: MIT
/* Commands: a table of them, and running lines of them. */
#ifndef DEMO_SHELL_H
#define DEMO_SHELL_H

#define SHELL_MAX_WORDS 64

struct command {
    const char *name;
    const char *arguments; /* as help shows them; "" for none */
    const char *summary;
    /* argv[0] is the name. Returns 0, or another number when something went wrong and was said. */
    int (*run)(int argc, char **argv);
};

/* The table ends with a command without a name. Each part of the demo has one; main.c hands them all over. */
void shell_add(const struct command *table);

/* Runs `line`: commands separated by semicolons, words by spaces; quotes keep a word together. */
void shell_run(const char *line);

/* The `help` command's table. */
extern const struct command shell_commands[];

#endif
