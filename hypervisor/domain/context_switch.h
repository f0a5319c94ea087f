// SPDX-License-Identifier: MIT
/* Moving a processor from one vCPU to another. */
#ifndef RINGLET_DOMAIN_CONTEXT_SWITCH_H
#define RINGLET_DOMAIN_CONTEXT_SWITCH_H

#include "core/domain.h"

/*
 * Puts away the current vCPU (there is none before the first switch) and makes `next` the current one: registers,
 * selectors, descriptor tables, FPU, debug registers, address space. The guest itself continues at the exit.
 */
void context_switch(struct vcpu *next);
/* Brings v's saved registers up to date when v is the current vCPU: for reports and for those who read a context. */
void context_save(struct vcpu *v);

#endif
