/* SPDX-License-Identifier: MIT */
/*
 * Do something that may fault and learn what happened, instead of dying. Needs `traps`.
 *
 * While a probe runs, a trap that no handler of the port accepts ends the probed function: registers,
 * stack pointer and upcall mask are put back as they were at the call, and the trap is described.
 * Probes nest. The probed function must not leave anything half done that matters.
 */
#ifndef GUESTKIT_PROBE_H
#define GUESTKIT_PROBE_H

#include <guestkit/traps.h>

#define NO_FAULT 0xffffffffu

struct fault {
    uint32_t vector; /* TRAP_*, or NO_FAULT */
    uint32_t error_code;
    uint32_t address; /* of a page fault */
    uint32_t eip;     /* where it happened */
    uint16_t cs;
    uint32_t value; /* what a read gave; EAX that ring 3 came back with */
};

/* Call function(argument) in ring 1. */
struct fault probe_call(void (*function)(void *argument), void *argument);

/* One 32-bit access each. probe_write() stores `value`; write what is there already to change nothing. */
struct fault probe_read(const volatile void *address);
struct fault probe_write(volatile void *address, uint32_t value);

/* Call `address` as code without arguments. Put a RET (C3h) there to see it succeed. */
struct fault probe_execute(const void *address);

#endif
