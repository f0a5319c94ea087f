/* SPDX-License-Identifier: MIT */
/*
 * The shell on the serial line. Commands come in tables, one file a topic. A command either is done when it returns, or
 * takes the foreground: then it gets the keys, and the next command waits until it gives the foreground back.
 */
#ifndef ROOT_SHELL_SHELL_H
#define ROOT_SHELL_SHELL_H

#include <stdbool.h>
#include <stddef.h>

/* What Tab offers for a command's words. */
enum completion { COMPLETE_NOTHING, COMPLETE_DOMAIN, COMPLETE_CONFIG, COMPLETE_COMMAND };

struct command {
    const char *name;      /* NULL ends a table */
    const char *arguments; /* as help shows them; "" for none */
    const char *summary;
    enum completion completion;
    /* argv[0] is the name. What goes wrong is said in one sentence by shell_error(). */
    void (*run)(int argc, char **argv);
};

extern const struct command domain_commands[], console_commands[], machine_commands[], refusal_commands[],
    device_commands[], store_commands[], shell_commands[];

/* Starts with the commands in `line`, which may be NULL. */
void shell_init(const char *line);

/* A full stop and a line end are added. */
void shell_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* False, with a usage line, unless there are `least` to `most` words after the command's name. */
bool shell_words(int argc, char **argv, int least, int most);

/* Gets each key while a command has the foreground; NULL: keys wait until it is given back. */
typedef void shell_keys(char key);
void shell_take_foreground(shell_keys *keys);
void shell_give_back(void);

/* All commands, table by table; NULL after the last. */
const struct command *shell_command(unsigned index);

#endif
