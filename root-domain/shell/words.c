// SPDX-License-Identifier: MIT
#include "words.h"

#include <stdbool.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static bool ends_command(char c)
{
    return c == '\0' || c == ';' || c == '\n';
}

/* Writes one word with its NUL at *room, and moves both on. */
static void take_word(const char **at, char **room)
{
    char quote = '\0';

    for (; **at; ++*at) {
        char c = **at;

        if (quote ? c == quote : c == '"' || c == '\'')
            quote = quote ? '\0' : c;
        else if (!quote && (is_blank(c) || ends_command(c)))
            break;
        else
            *(*room)++ = c;
    }
    *(*room)++ = '\0';
}

int words_take(const char *text, const char **rest, char *room, char *argv[WORDS_MAX + 1])
{
    unsigned count = 0;

    for (;;) {
        char *word = room;

        while (is_blank(*text))
            text++;
        if (ends_command(*text))
            break;
        take_word(&text, &room);
        if (count < WORDS_MAX)
            argv[count++] = word;
    }
    argv[count] = NULL;
    *rest = *text ? text + 1 : text;
    return (int)count;
}
