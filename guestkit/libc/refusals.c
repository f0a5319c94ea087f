// SPDX-License-Identifier: MIT
/*
 * Tells the story of a refusal. The hypervisor keeps numbers; the words are here, made from the same tables that it
 * is made from: hypercalls.def for the calls, ringlet.h for the reasons.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <abi/guest.h>
#include <abi/ringlet.h>
#include <abi/hypercalls.def>
#include <guestkit/refusals.h>
#include <guestkit/stubs.h>

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

#define TYPE_ENTRY(number, name) {number, name},
static const struct named frame_types[] = {RINGLET_FRAME_TYPES(TYPE_ENTRY){0}};

/* Reasons about frames and page tables, whose "type" is a frame's. */
#define FIRST_FRAME_REASON 40u
#define LAST_FRAME_REASON 109u

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

static void show_number(const struct ringlet_why_entry *entry, const char *text, const char *at,
                        uint64_t number)
{
    static const char type[] = "type ";
    size_t length = sizeof(type) - 1;
    const char *name = NULL;

    if (entry->reason >= FIRST_FRAME_REASON && entry->reason <= LAST_FRAME_REASON &&
        (size_t)(at - text) >= length && !memcmp(at - length, type, length))
        name = find(frame_types, (uint32_t)number);
    if (name)
        printf("\"%s\"", name);
    else
        printf("0x%" PRIx64, number);
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
    for (const char *at = text; *at; before = *at++) {
        int alone = before == ' ' && (at[1] == ' ' || at[1] == ',' || at[1] == ';' || !at[1]);

        if (at == text)
            alone = at[1] == ' ';
        if (alone && *at == 'E')
            show_number(entry, text, at, entry->expected);
        else if (alone && *at == 'F')
            show_number(entry, text, at, entry->found);
        else if (alone && *at == 'M')
            printf("frame 0x%" PRIx64, (uint64_t)entry->frame);
        else
            putchar(*at);
    }
}

static void show_entry(const struct ringlet_why_entry *entry)
{
    printf("#%" PRIu64 " at %" PRIu64 " us, ip %08" PRIx32 ": ", (uint64_t)entry->sequence,
           (uint64_t)entry->time_ns / 1000, entry->guest_ip);
    show_call(entry);
    printf(": %s\n    ", refusals_errno_name(entry->error));
    show_reason(entry);
    putchar('\n');
}

int refusals_show(domid_t domain, unsigned int count)
{
    static struct ringlet_why_entry entries[RINGLET_WHY_ENTRIES];
    ringlet_why_t why = {.entries = hypercall_address(entries),
                         .count = count < RINGLET_WHY_ENTRIES ? count : RINGLET_WHY_ENTRIES,
                         .domid = domain};
    int error = ringlet_why(&why);

    if (error)
        return error;
    /* They come newest first; a story is told the other way. */
    for (uint32_t i = why.count; i-- > 0;)
        show_entry(&entries[i]);
    return (int)why.count;
}
