// SPDX-License-Identifier: MIT
/* Life and death of domains and vCPUs, and who runs. */
#ifndef RINGLET_DOMAIN_DOMAIN_H
#define RINGLET_DOMAIN_DOMAIN_H

#include "core/domain.h"

/* New, empty, without vCPUs. NULL without memory, or when the number is taken. */
struct domain *domain_create(uint16_t id, enum guest_width width, bool privileged);
struct domain *domain_find(uint16_t id);
/* Down, and paused while d is. NULL without memory. */
struct vcpu *vcpu_create(struct domain *d, uint32_t id);
/* Before d has memory. */
void domain_set_width(struct domain *d, enum guest_width width);
/* The memory of d's own records; domain/destroy.c says when. */
void domain_free(struct domain *d);
/* Boot, once the clock runs and frames can be had: timers and the run queue of this processor. */
void domains_init(void);

/* Inconsistent guest state: prints the report (registers, stack, last refusals) and stops that domain alone. */
void domain_crash(struct domain *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* The exit path's answer to WORK_REAP: frees the destroyed domains that nobody holds anything of any more. */
void domains_reap(void);

/* Pauses are counted. False when there are as many as can be, or none to undo. */
bool domain_pause(struct domain *d);
bool domain_unpause(struct domain *d);
/* A domain that shut down goes on as if it had not. */
void domain_resume(struct domain *d);
/* SHUTDOWN_x. For the initial domain this powers off, reboots or stops the machine. */
void domain_shutdown(struct domain *d, unsigned code);
/* The `noreboot` option: the machine stops where it would restart. */
void domain_set_noreboot(bool noreboot);

/* Scheduling. */
void vcpu_up(struct vcpu *v); /* its state is complete: it may run */
void vcpu_block(struct vcpu *v);
void vcpu_wake(struct vcpu *v); /* clears VCPU_BLOCKED and VCPU_POLLING */
/* From the exit path on WORK_SCHEDULE: picks a vCPU and switches to it, idling until one can run. */
void schedule(void);

/* Called by entry.S when cpu.pending is not 0, until it is. */
void handle_pending_work(void);

#endif
