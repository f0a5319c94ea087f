// SPDX-License-Identifier: MIT
/* The commands that ask the hypervisor to refuse something, and why it did. */
#ifndef DEMO_REFUSALS_H
#define DEMO_REFUSALS_H

#include <stdint.h>

#include "shell.h"

/* Shows the domain's newest refusals, `count` of them at most, oldest first. Returns 0, or -1 when nobody records them. */
int refusals_show(unsigned count);

/* "EINVAL" for -22 and 22. */
const char *refusals_errno_name(int error);

extern const struct command refusal_commands[];

#endif
