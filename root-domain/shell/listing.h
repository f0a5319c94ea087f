/* SPDX-License-Identifier: MIT */
/*
 * A table for people, or with --json for programs: the same cells either way. Each row gives its cells in the order of the columns.
 *
 *     listing_begin(&listing, columns, json);
 *     listing_text(&listing, "web"); listing_number(&listing, 3); ...
 *     listing_end(&listing);
 */
#ifndef ROOT_SHELL_LISTING_H
#define ROOT_SHELL_LISTING_H

#include <stdbool.h>
#include <stdint.h>

struct listing_column {
    const char *title; /* for people; NULL ends the columns */
    const char *key;   /* for programs */
    int width;         /* negative: to the left edge, as text likes it */
};

struct listing {
    const struct listing_column *columns;
    bool json;
    unsigned column, rows;
};

void listing_begin(struct listing *listing, const struct listing_column *columns, bool json);
void listing_text(struct listing *listing, const char *text);
void listing_number(struct listing *listing, uint64_t number);
/* Thousandths: for people with one digit after the point, for programs with three. */
void listing_thousandths(struct listing *listing, uint64_t number);
/* Different text for people and for programs. */
void listing_either(struct listing *listing, const char *people, const char *programs);
void listing_end(struct listing *listing);

/* One object instead of a table: `key` becomes "Key   value" for people. */
struct facts {
    bool json, any;
};
void facts_begin(struct facts *facts, bool json);
void facts_text(struct facts *facts, const char *key, const char *text);
void facts_number(struct facts *facts, const char *key, uint64_t number);
void facts_end(struct facts *facts);

/* Takes "--json" out of the words; true when it was there. */
bool listing_wants_json(int *argc, char **argv);
/* Text in quotes, as JSON has it. */
void json_print(const char *text);

#endif
