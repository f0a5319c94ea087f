// SPDX-License-Identifier: MIT
/* The words for what a call, a command, an error and a reason are called: abi/hypercalls.def as a table. */
#ifndef RINGLET_HYPERCALLS_CALL_NAMES_H
#define RINGLET_HYPERCALLS_CALL_NAMES_H

#include "core/types.h"

enum arg_kind { ARG_END, ARG_IN, ARG_POINTER, ARG_ARRAY };

struct call_arg {
    enum arg_kind kind;
    const char *type, *name;
};

struct call_info {
    uint32_t number;
    const char *name;
    const struct call_arg *args; /* ends with ARG_END */
};

/* NULL when there is none. */
const struct call_info *call_find(uint32_t number);
/* A command of call `number`; NULL when the call has no table of commands, or not this one. */
const struct call_info *command_find(uint32_t number, uint64_t command);
/* True for a call whose first argument is its command. */
bool call_takes_command(uint32_t number);

/* "EINVAL" for -22; NULL for a number that is not an error's. */
const char *errno_name(int64_t error);
const char *reason_name(uint32_t reason);
const char *reason_text(uint32_t reason);

#endif
