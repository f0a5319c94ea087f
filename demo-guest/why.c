// SPDX-License-Identifier: MIT
/*
 * Tells the story of a refusal. The hypervisor keeps numbers; the words are here, made from the same tables that it
 * is made from: hypercalls.def for the calls, ringlet.h for the reasons.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <abi/guest.h>
#include <abi/ringlet.h>
#include <abi/hypercalls.def>
#include <guestkit/stubs.h>

#include "refusals.h"

struct named {
    uint32_t number;
    const char *name;
};

#define NAMED(number, name, ...) {number, #name},
static const struct named calls[] = {HYPERCALLS(NAMED){0}};

#define SUBOP_TABLE(call) static const struct named call##_subops[] = {SUBOPS_##call(NAMED){0}};
CALLS_WITH_SUBOPS(SUBOP_TABLE)

#define SUBOP_ENTRY(call) {__HYPERVISOR_##call, call##_subops},
static const struct {
    uint32_t call;
    const struct named *subops;
} subop_tables[] = {CALLS_WITH_SUBOPS(SUBOP_ENTRY)};

#define REASON_ENTRY(number, name, text) {number, text},
static const struct named reasons[] = {RINGLET_REASONS(REASON_ENTRY){0}};

static const char *find(const struct named *table, uint32_t number)
{
    for (; table->name; table++)
        if (table->number == number)
            return table->name;
    return NULL;
}

const char *refusals_errno_name(int error)
{
    switch (abs(error)) {
#define NAME(name)                                                                                           \
    case XEN_##name: return #name;
        XEN_ERRNOS(NAME)
#undef NAME
    default: return "an unknown error";
    }
}

static void show_call(const struct ringlet_why_entry *entry)
{
    const char *call = find(calls, entry->hypercall), *subop = NULL;

    if (entry->hypercall == RINGLET_WHY_NO_HYPERCALL) {
        printf("a trap");
        return;
    }
    if (!call) {
        printf("hypercall %" PRIu32, entry->hypercall);
        return;
    }
    for (size_t i = 0; entry->subop != RINGLET_WHY_NONE && i < sizeof(subop_tables) / sizeof(subop_tables[0]);
         i++)
        if (subop_tables[i].call == entry->hypercall)
            subop = find(subop_tables[i].subops, entry->subop);
    printf("%s%s%s", call, subop ? " " : "", subop ? subop : "");
    if (entry->index != RINGLET_WHY_NONE)
        printf(", entry %" PRIu32, entry->index);
}

/* The reason's text, with its letters E, F and M replaced by what was expected, found and which frame. */
static void show_reason(const struct ringlet_why_entry *entry)
{
    const char *text = find(reasons, entry->reason);
    char before = ' ';

    if (!text) {
        printf("reason %" PRIu32, entry->reason);
        return;
    }
    for (; *text; before = *text++) {
        int alone = before == ' ' && (text[1] == ' ' || text[1] == ',' || text[1] == ';' || !text[1]);

        if (alone && *text == 'E')
            printf("0x%" PRIx64, (uint64_t)entry->expected);
        else if (alone && *text == 'F')
            printf("0x%" PRIx64, (uint64_t)entry->found);
        else if (alone && *text == 'M')
            printf("frame 0x%" PRIx64, (uint64_t)entry->frame);
        else
            putchar(*text);
    }
}

int refusals_show(unsigned count)
{
    static struct ringlet_why_entry entries[RINGLET_WHY_ENTRIES];
    ringlet_why_t why = {.entries = hypercall_address(entries),
                         .count = count < RINGLET_WHY_ENTRIES ? count : RINGLET_WHY_ENTRIES,
                         .domid = DOMID_SELF};
    int error = ringlet_why(&why);

    if (error)
        return -1;
    for (uint32_t i = 0; i < why.count; i++) {
        printf("#%" PRIu64 " at %" PRIu64 " us, ip %08" PRIx32 ": ", (uint64_t)entries[i].sequence,
               (uint64_t)entries[i].time_ns / 1000, entries[i].guest_ip);
        show_call(&entries[i]);
        printf(": %s\n    ", refusals_errno_name(entries[i].error));
        show_reason(&entries[i]);
        putchar('\n');
    }
    if (!why.count)
        printf("nothing was refused yet; provoke changes that\n");
    return 0;
}
