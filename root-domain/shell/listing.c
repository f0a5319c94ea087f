// SPDX-License-Identifier: MIT
#include "listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

void json_print(const char *text)
{
    putchar('"');
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (c == '"' || c == '\\')
            printf("\\%c", c);
        else if (c < 0x20 || c >= 0x7f)
            printf("\\u%04x", c);
        else
            putchar(c);
    }
    putchar('"');
}

void listing_begin(struct listing *listing, const struct listing_column *columns, bool json)
{
    *listing = (struct listing){.columns = columns, .json = json};
    if (json) {
        putchar('[');
        return;
    }
    for (const struct listing_column *c = columns; c->title; c++)
        printf("%s%*s", c == columns ? "" : " ", c[1].title || c->width > 0 ? c->width : 0, c->title);
    putchar('\n');
}

/* Before a cell: what separates it from the last one. */
static const struct listing_column *open_cell(struct listing *listing)
{
    const struct listing_column *column = &listing->columns[listing->column];

    if (listing->json)
        printf("%s\"%s\": ", listing->column ? ", " : listing->rows ? ",\n {" : "{", column->key);
    else if (listing->column)
        putchar(' ');
    return column;
}

static void close_cell(struct listing *listing)
{
    if (listing->columns[++listing->column].title)
        return;
    printf(listing->json ? "}" : "\n");
    listing->column = 0;
    listing->rows++;
}

void listing_either(struct listing *listing, const char *people, const char *programs)
{
    const struct listing_column *column = open_cell(listing);
    bool last = !column[1].title;

    if (listing->json)
        json_print(programs);
    else
        printf("%*s", last && column->width < 0 ? 0 : column->width, people);
    close_cell(listing);
}

void listing_text(struct listing *listing, const char *text)
{
    listing_either(listing, text, text);
}

void listing_number(struct listing *listing, uint64_t number)
{
    const struct listing_column *column = open_cell(listing);

    printf("%*" PRIu64, listing->json ? 0 : column->width, number);
    close_cell(listing);
}

void listing_thousandths(struct listing *listing, uint64_t number)
{
    const struct listing_column *column = open_cell(listing);

    if (listing->json)
        printf("%" PRIu64 ".%03u", number / 1000, (unsigned)(number % 1000));
    else
        printf("%*" PRIu64 ".%u", column->width > 2 ? column->width - 2 : 0, number / 1000,
               (unsigned)(number / 100 % 10));
    close_cell(listing);
}

void listing_end(struct listing *listing)
{
    if (listing->json)
        puts("]");
}

void facts_begin(struct facts *facts, bool json)
{
    *facts = (struct facts){.json = json};
    if (json)
        putchar('{');
}

static void facts_key(struct facts *facts, const char *key)
{
    if (facts->json)
        printf("%s\"%s\": ", facts->any ? ", " : "", key);
    else
        printf("%-22s: ", key);
    facts->any = true;
}

void facts_text(struct facts *facts, const char *key, const char *text)
{
    facts_key(facts, key);
    if (facts->json)
        json_print(text);
    else
        puts(text);
}

void facts_number(struct facts *facts, const char *key, uint64_t number)
{
    facts_key(facts, key);
    printf("%" PRIu64 "%s", number, facts->json ? "" : "\n");
}

void facts_end(struct facts *facts)
{
    if (facts->json)
        puts("}");
}

bool listing_wants_json(int *argc, char **argv)
{
    bool wanted = false;
    int kept = 0;

    for (int i = 0; i < *argc; i++) {
        if (strcmp(argv[i], "--json") == 0)
            wanted = true;
        else
            argv[kept++] = argv[i];
    }
    argv[kept] = NULL;
    *argc = kept;
    return wanted;
}
