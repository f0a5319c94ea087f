// SPDX-License-Identifier: MIT
/* The cost lab: what crossing into the hypervisor costs, counted. docs/cost-lab.md explains the rows. */
#ifndef DEMO_LAB_H
#define DEMO_LAB_H

#include "shell.h"

extern const struct command lab_commands[];

#endif
