// SPDX-License-Identifier: MIT
/* The commands that ask the hypervisor to refuse something, and why it did. */
#ifndef DEMO_REFUSALS_H
#define DEMO_REFUSALS_H

#include "shell.h"

extern const struct command refusal_commands[];

#endif
