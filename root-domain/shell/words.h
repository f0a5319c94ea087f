/* SPDX-License-Identifier: MIT */
/* Cutting a line into commands (at semicolons and line ends) and those into words (at blanks); quotes keep a word together. */
#ifndef ROOT_SHELL_WORDS_H
#define ROOT_SHELL_WORDS_H

#include <stddef.h>

#define WORDS_MAX 32u

/*
 * Takes the first command off `text`: its words become argv[0..], NULL-terminated, their bytes lie in `room`, which must hold
 * twice the text and two bytes more. Returns how many words; *rest is what comes after the command.
 */
int words_take(const char *text, const char **rest, char *room, char *argv[WORDS_MAX + 1]);

#endif
