// SPDX-License-Identifier: MIT
/* How long a vCPU has been in each of the four states the ABI tells apart. The times of all four add up to its age. */
#ifndef RINGLET_DOMAIN_RUNSTATE_H
#define RINGLET_DOMAIN_RUNSTATE_H

#include <abi/vcpu.h>

#include "core/types.h"

#define RUNSTATES 4

struct runstate {
    uint32_t state;           /* RUNSTATE_x */
    uint64_t since;           /* system time it was entered */
    uint64_t time[RUNSTATES]; /* spent in each before that */
};

/* Enters `state` at `now`; staying in the same one changes nothing. */
void runstate_enter(struct runstate *r, uint32_t state, uint64_t now);
/* As the guest is told: the current stay counted up to `now`. */
struct runstate runstate_at(const struct runstate *r, uint64_t now);

/* The state of a vCPU that does not run, by its blocking bits (enum vcpu_block). */
uint32_t runstate_of_waiting(uint32_t blocked);

#endif
