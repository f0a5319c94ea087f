// SPDX-License-Identifier: MIT
/* What the demo can tell about the machine it runs on, and the greeting. */
#ifndef DEMO_MACHINE_H
#define DEMO_MACHINE_H

#include "shell.h"

void machine_greet(void);

/* Whether Ringlet is beneath, with its extension call. */
int machine_is_ringlet(void);

extern const struct command machine_commands[];

#endif
