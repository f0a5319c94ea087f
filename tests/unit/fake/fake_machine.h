// SPDX-License-Identifier: MIT
/* What a unit test calls to have a machine, domains, and a look at what ring 0 did. */
#ifndef RINGLET_FAKE_MACHINE_H
#define RINGLET_FAKE_MACHINE_H

#include "core/cpu.h"
#include "machine/cpu.h"
#include "machine/direct_map.h"
#include "machine/percpu.h"
#include "machine/user_copy.h"

#define FAKE_FIRST_FREE 16u /* frames below belong to ring 0; 1 to 3 are not RAM */

/* The last refusal, and how many there were. */
struct fake_refusal {
    int error;
    uint32_t reason, subop, index;
    uint64_t expected, found, frame;
    unsigned count;
};
extern struct fake_refusal fake_refusal;

/* Flushes of the TLB: all of it. The clock is the real one's, by the same rule. */
extern unsigned fake_full_flushes;
/* preempt_wanted() says yes after so many times; negative: never. */
extern int fake_preempt_after;
/* The last hypercall_continue(), and how many. */
struct fake_continuation {
    uint32_t number;
    unsigned arguments, count;
    uint64_t args[6];
};
extern struct fake_continuation fake_continuation;
/* Domains that domain_crash() stopped. */
extern unsigned fake_crashes;

/* A machine with so many frames of RAM, all free from FAKE_FIRST_FREE on. Everything of an earlier one is gone. */
void fake_machine_start(uint64_t frames);
void fake_machine_end(void);

/* A 32-bit domain with one vCPU that has an address space and no root; known to domain_find(). */
struct domain *fake_domain(uint16_t id, bool privileged);
/* The first of all domains; the others by `next`. */
struct domain *fake_domain_list(void);
/* Makes v the current one. */
void fake_run(struct vcpu *v);

/* fake_devices.c */
struct fake_interrupts {
    void (*handler)(unsigned vector); /* registered last, and for which */
    unsigned vector, ended;
    uint16_t flags;  /* of the line routed last */
    bool masked[24]; /* lines */
    bool message_masked;
};
extern struct fake_interrupts fake_interrupts;

#endif
