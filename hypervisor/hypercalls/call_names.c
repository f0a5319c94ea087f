// SPDX-License-Identifier: MIT
#include "hypercalls/call_names.h"

#include <abi/callback.h>
#include <abi/errno.h>
#include <abi/event_channel.h>
#include <abi/grant_table.h>
#include <abi/memory.h>
#include <abi/nmi.h>
#include <abi/physdev.h>
#include <abi/ringlet.h>
#include <abi/sched.h>
#include <abi/vcpu.h>
#include <abi/version.h>
#include <abi/xen.h>

#include <abi/hypercalls.def>

#define ARG(kind, type, name)                                                                                \
    {                                                                                                        \
        kind, #type, #name                                                                                   \
    }
#define IN(type, name) ARG(ARG_IN, type, name)
#define INPTR(type, name) ARG(ARG_POINTER, type, name)
#define OUTPTR(type, name) ARG(ARG_POINTER, type, name)
#define INOUTPTR(type, name) ARG(ARG_POINTER, type, name)
#define INARRAY(type, name, count) ARG(ARG_ARRAY, type, name)
#define OUTARRAY(type, name, count) ARG(ARG_ARRAY, type, name)
#define INOUTARRAY(type, name, count) ARG(ARG_ARRAY, type, name)
#define NONE ARG(ARG_END, , )
#define ROW(number, name, state, who, summary, ...)                                                          \
    {number, #name, (const struct call_arg[]){__VA_ARGS__, {ARG_END, NULL, NULL}}},

static const struct call_info calls[] = {HYPERCALLS(ROW)};

#define COMMAND_TABLE(call) static const struct call_info commands_of_##call[] = {SUBOPS_##call(ROW)};
CALLS_WITH_SUBOPS(COMMAND_TABLE)

#define COMMAND_ROW(call) {__HYPERVISOR_##call, ARRAY_SIZE(commands_of_##call), commands_of_##call},
static const struct {
    uint32_t call;
    unsigned count;
    const struct call_info *commands;
} command_tables[] = {CALLS_WITH_SUBOPS(COMMAND_ROW)};

static const struct call_info *find(const struct call_info *table, unsigned count, uint64_t number)
{
    for (unsigned i = 0; i < count; i++)
        if (table[i].number == number)
            return &table[i];
    return NULL;
}

const struct call_info *call_find(uint32_t number)
{
    return find(calls, ARRAY_SIZE(calls), number);
}

const struct call_info *command_find(uint32_t number, uint64_t command)
{
    for (unsigned i = 0; i < ARRAY_SIZE(command_tables); i++)
        if (command_tables[i].call == number)
            return find(command_tables[i].commands, command_tables[i].count, command);
    return NULL;
}

bool call_takes_command(uint32_t number)
{
    /* These two have a command in each element of their array instead. */
    if (number == __HYPERVISOR_mmu_update || number == __HYPERVISOR_mmuext_op)
        return false;
    for (unsigned i = 0; i < ARRAY_SIZE(command_tables); i++)
        if (command_tables[i].call == number)
            return true;
    return false;
}

#define ERRNO_ROW(name) {XEN_##name, #name},
static const struct {
    int number;
    const char *name;
} errors[] = {XEN_ERRNOS(ERRNO_ROW)};

const char *errno_name(int64_t error)
{
    for (unsigned i = 0; i < ARRAY_SIZE(errors); i++)
        if (error == -errors[i].number)
            return errors[i].name;
    return NULL;
}

#define REASON_ROW(number, name, text) {number, #name, text},
static const struct {
    uint32_t number;
    const char *name, *text;
} reasons[] = {RINGLET_REASONS(REASON_ROW)};

const char *reason_name(uint32_t reason)
{
    for (unsigned i = 0; i < ARRAY_SIZE(reasons); i++)
        if (reasons[i].number == reason)
            return reasons[i].name;
    return "unknown";
}

const char *reason_text(uint32_t reason)
{
    for (unsigned i = 0; i < ARRAY_SIZE(reasons); i++)
        if (reasons[i].number == reason)
            return reasons[i].text;
    return "";
}
