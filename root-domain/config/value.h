/* SPDX-License-Identifier: MIT */
/*
 * The syntax of xl.cfg: `key = value` a line (or after a semicolon), where a value is a number, a string in either
 * kind of quotes, or a list of such in brackets, which may go on over line ends. `key += value` adds to what is
 * there. A number sign begins a comment. What the keys mean is no matter here.
 *
 *     config    = { statement ( "\n" | ";" ) }
 *     statement = [ key ( "=" | "+=" ) value ]
 *     value     = atom | "[" { atom "," } [ atom ] "]"
 *     atom      = number | "'" text "'" | '"' text '"'
 *
 * In text, backslash starts an escape as in C. Everything has a fixed size: no input makes the reader allocate.
 */
#ifndef ROOT_CONFIG_VALUE_H
#define ROOT_CONFIG_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONFIG_KEY_MAX 32u
#define CONFIG_TEXT_MAX 4096u /* of all strings of one value together */
#define CONFIG_ITEMS_MAX 32u
#define CONFIG_SENTENCE_MAX 256u

enum config_kind { CONFIG_NUMBER, CONFIG_STRING, CONFIG_LIST };

/* A number, or text. */
struct config_atom {
    bool is_number;
    uint64_t number;
    const char *text; /* for a number, its digits as they were written */
    unsigned line;
};

struct config_statement {
    char key[CONFIG_KEY_MAX];
    unsigned line;
    bool append; /* += */
    enum config_kind kind;
    unsigned count; /* of items; 1 unless it is a list */
    struct config_atom items[CONFIG_ITEMS_MAX];
    size_t used;
    char text[CONFIG_TEXT_MAX];
};

struct config_reader {
    const char *at, *end;
    unsigned line;                      /* of `at` */
    unsigned error_line;                /* when config_next() says CONFIG_BAD */
    char sentence[CONFIG_SENTENCE_MAX]; /* likewise: what is wrong, without a full stop */
};

enum config_result { CONFIG_STATEMENT, CONFIG_END, CONFIG_BAD };

void config_start(struct config_reader *reader, const char *text, size_t size);
/* The next statement. After CONFIG_BAD the reader stands at the next line and may go on. */
enum config_result config_next(struct config_reader *reader, struct config_statement *statement);

#endif
