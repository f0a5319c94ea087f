/* SPDX-License-Identifier: MIT */
/*
 * Writes docs/abi-reference.md to standard output: the hypercall table of abi/hypercalls.def, joined with the
 * contracts that stand in the headers named on the command line, and the reason codes of abi/ringlet.h.
 *
 * A contract is a comment that starts with @call or @call.command and has one item a line: a word in column 4 of
 * the comment (who, before, effect, result, note, or an error's name), then text, which lines indented further
 * go on with. Fails when a contract is of nothing in the table, or something implemented has none.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abi/errno.h>
#include <abi/guest.h>
#include <abi/ringlet.h>
#include <abi/hypercalls.def>

enum { MAX_CONTRACTS = 400, MAX_ITEMS = 24, MAX_ARGUMENTS = 6 };

struct item {
    char key[24];
    char text[800];
};

struct contract {
    char name[80];
    const char *header;
    int items;
    struct item item[MAX_ITEMS];
    bool used;
};

struct argument {
    const char *direction, *type, *name, *count;
};

struct entry {
    unsigned number;
    const char *constant, *name;
    bool implemented;
    const char *who, *summary;
    struct argument argument[MAX_ARGUMENTS];
};

static struct contract contracts[MAX_CONTRACTS];
static int contract_count;
static bool failed;

#define YES true
#define NO false
#define ANY "any domain"
#define PRIVILEGED "a privileged domain"
/* The formatter gives a body in braces four lines; once is enough. */
#define ARGUMENT(...)                                                                                        \
    {                                                                                                        \
        __VA_ARGS__                                                                                          \
    }
#define NONE ARGUMENT(0)
#define IN(type, name) ARGUMENT("in", #type, #name, NULL)
#define OUT(type, name) ARGUMENT("out", #type, #name, NULL)
#define INOUT(type, name) ARGUMENT("in out", #type, #name, NULL)
#define INPTR(type, name) ARGUMENT("in", #type " *", #name, NULL)
#define OUTPTR(type, name) ARGUMENT("out", #type " *", #name, NULL)
#define INOUTPTR(type, name) ARGUMENT("in out", #type " *", #name, NULL)
#define INARRAY(type, name, count) ARGUMENT("in", #type, #name, #count)
#define OUTARRAY(type, name, count) ARGUMENT("out", #type, #name, #count)
#define INOUTARRAY(type, name, count) ARGUMENT("in out", #type, #name, #count)

#define ENTRY(number, name, state, who, summary, ...)                                                        \
    {number, #number, #name, state, who, summary, {__VA_ARGS__}},

static const struct entry calls[] = {HYPERCALLS(ENTRY)};

#define COMMAND_TABLE(call) static const struct entry commands_##call[] = {SUBOPS_##call(ENTRY)};
CALLS_WITH_SUBOPS(COMMAND_TABLE)
CALLS_WITH_COMMAND_INSIDE(COMMAND_TABLE)

struct command_table {
    const char *call;
    const struct entry *entry;
    size_t count;
};

#define COMMAND_TABLE_ENTRY(call)                                                                            \
    {#call, commands_##call, sizeof(commands_##call) / sizeof(commands_##call[0])},
static const struct command_table command_tables[] = {CALLS_WITH_SUBOPS(COMMAND_TABLE_ENTRY)
                                                          CALLS_WITH_COMMAND_INSIDE(COMMAND_TABLE_ENTRY)};

#define EACH(index, array) (size_t index = 0; index < sizeof(array) / sizeof((array)[0]); index++)

static void complain(const char *what, const char *name)
{
    fprintf(stderr, "abi_reference: %s: %s\n", what, name);
    failed = true;
}

/* ---- reading the contracts ---- */

static void append(char *to, size_t size, const char *text)
{
    size_t length = strlen(to);

    if (length + strlen(text) + 2 > size) {
        complain("text too long", text);
        return;
    }
    snprintf(to + length, size - length, "%s%s", length ? " " : "", text);
}

/* One line of a contract, without the leading " * ". */
static void read_item(struct contract *contract, const char *line)
{
    int indent = (int)strspn(line, " "), key = (int)strcspn(line + indent, " ");

    if (line[indent] == '\0')
        return;
    if (indent == 2 && contract->items < MAX_ITEMS) {
        struct item *item = &contract->item[contract->items++];

        snprintf(item->key, sizeof(item->key), "%.*s", key, line + indent);
        line += indent + key;
        append(item->text, sizeof(item->text), line + strspn(line, " "));
    } else if (indent > 2 && contract->items > 0) {
        append(contract->item[contract->items - 1].text, sizeof(contract->item[0].text), line + indent);
    } else {
        complain("not an item of a contract", line);
    }
}

static void read_contracts(const char *path)
{
    FILE *file = fopen(path, "r");
    struct contract *open = NULL;
    char line[400];

    if (!file) {
        complain("cannot read", path);
        return;
    }
    while (fgets(line, sizeof(line), file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, " * @", 4) == 0 && contract_count < MAX_CONTRACTS) {
            open = &contracts[contract_count++];
            open->header = path;
            snprintf(open->name, sizeof(open->name), "%.79s", line + 4);
        } else if (strncmp(line, " */", 3) == 0) {
            open = NULL;
        } else if (open && strncmp(line, " *", 2) == 0) {
            read_item(open, line + (line[2] ? 3 : 2));
        }
    }
    fclose(file);
}

static struct contract *find_contract(const char *call, const char *command)
{
    char name[80];

    snprintf(name, sizeof(name), command ? "%s.%s" : "%s", call, command);
    for (int i = 0; i < contract_count; i++)
        if (strcmp(contracts[i].name, name) == 0) {
            contracts[i].used = true;
            return &contracts[i];
        }
    return NULL;
}

/* ---- writing the page ---- */

static void print_arguments(const struct entry *entry)
{
    printf("```c\n%s(", entry->name);
    for (int i = 0; i < MAX_ARGUMENTS && entry->argument[i].name; i++) {
        const struct argument *a = &entry->argument[i];

        printf("%s%s %s%s%s", i ? ", " : "", a->direction, a->type,
               a->type[strlen(a->type) - 1] == '*' ? "" : " ", a->name);
        if (a->count)
            printf("[%s]", a->count);
    }
    printf(")\n```\n\n");
}

static bool is_error(const char *key)
{
    return isupper((unsigned char)key[0]);
}

static void print_contract(const struct contract *contract)
{
    bool errors = false;

    for (int i = 0; i < contract->items; i++) {
        const struct item *item = &contract->item[i];

        if (!is_error(item->key))
            printf("- **%c%s**: %s\n", toupper((unsigned char)item->key[0]), item->key + 1, item->text);
    }
    for (int i = 0; i < contract->items; i++) {
        const struct item *item = &contract->item[i];

        if (!is_error(item->key))
            continue;
        if (!errors)
            printf("\n| error | cause |\n|---|---|\n");
        errors = true;
        printf("| `%s%s` | %s |\n", item->key[0] == 'E' ? "-" : "", item->key, item->text);
    }
    printf("\n");
}

static void print_entry(const struct entry *entry, const char *call, const char *command)
{
    const struct contract *contract = find_contract(call, command);

    printf("%s.%s\n\n", entry->summary, entry->implemented ? "" : " *Not implemented.*");
    print_arguments(entry);
    printf("For %s.", entry->who);
    if (contract)
        printf(" Declared in `%s`.", contract->header);
    printf("\n\n");
    if (contract)
        print_contract(contract);
    else if (entry->implemented)
        complain("implemented, but there is no contract", command ? command : call);
}

static const struct command_table *find_commands(const char *call)
{
    for
        EACH(i, command_tables)
    if (strcmp(command_tables[i].call, call) == 0)
        return &command_tables[i];
    return NULL;
}

static void print_call(const struct entry *call)
{
    const struct command_table *table = find_commands(call->name);

    printf("## %u %s\n\n", call->number, call->name);
    print_entry(call, call->name, NULL);
    for (size_t i = 0; table && i < table->count; i++) {
        const struct entry *command = &table->entry[i];

        printf("### %s (%u)\n\n", command->constant, command->number);
        print_entry(command, call->name, command->name);
    }
}

static void print_overview(void)
{
    printf("## Overview\n\n| number | hypercall | commands | what it does |\n|---|---|---|---|\n");
    for
        EACH(i, calls)
        {
            const struct command_table *table = find_commands(calls[i].name);
            size_t implemented = 0;

            printf("| %u | ", calls[i].number);
            if (!calls[i].implemented)
                printf("%s | | %s; not implemented |\n", calls[i].name, calls[i].summary);
            else if (!table)
                printf("[%s](#%u-%s) | | %s |\n", calls[i].name, calls[i].number, calls[i].name,
                       calls[i].summary);
            else {
                for (size_t k = 0; k < table->count; k++)
                    implemented += table->entry[k].implemented;
                printf("[%s](#%u-%s) | %zu of %zu | %s |\n", calls[i].name, calls[i].number, calls[i].name,
                       implemented, table->count, calls[i].summary);
            }
        }
    printf("\n");
}

#define PRINT_ERROR(name) printf("| %d | `XEN_" #name "` |\n", XEN_##name);
#define PRINT_REASON(number, name, text) printf("| %d | `%s` | %s |\n", number, #name, text);
#define PRINT_COUNTER(name, text) printf("| `%s` | %s |\n", #name, text);

static void print_tables(void)
{
    printf("## Reasons\n\nWhat `RINGLET_why` tells about a refusal: the entry's `reason`, and what its "
           "`expected`\n"
           "(E), `found` (F) and `frame` (M) hold. Numbers are stable.\n\n"
           "| number | reason | meaning |\n|---|---|---|\n");
    RINGLET_REASONS(PRINT_REASON)
    printf("\n## Counters\n\nWhat `RINGLET_counters` counts, for each domain.\n\n| counter | counts "
           "|\n|---|---|\n");
    RINGLET_COUNTERS(PRINT_COUNTER)
    printf("\n## Errors\n\nA call that fails returns one of these numbers, negated.\n\n| number | name "
           "|\n|---|---|\n");
    XEN_ERRNOS(PRINT_ERROR)
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        read_contracts(argv[i]);
    printf("<!-- Made by `make docs` from abi/. Edit the headers, not this page. -->\n\n"
           "# ABI reference\n\n"
           "Every hypercall and every command of one, as `abi/hypercalls.def` lists them: arguments in the "
           "order of\n"
           "the registers, who may call, what must hold before, what it does, and each error with its cause. "
           "Numbers,\n"
           "names and layouts are Xen's public interface (4.17); hypercall 55 is Ringlet's own. A call or "
           "command that\n"
           "is not implemented returns `-ENOSYS` unless it says otherwise. Every refusal is recorded with a\n"
           "[reason](#reasons), which the demo's `why` prints.\n\n");
    print_overview();
    for
        EACH(i, calls)
    print_call(&calls[i]);
    print_tables();
    for (int i = 0; i < contract_count; i++)
        if (!contracts[i].used)
            complain("a contract of nothing in hypercalls.def", contracts[i].name);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
