// SPDX-License-Identifier: MIT
/* Life and death of domains and vCPUs, and who runs. */
#ifndef RINGLET_DOMAIN_DOMAIN_H
#define RINGLET_DOMAIN_DOMAIN_H

#include "core/domain.h"

/* New, empty, with vCPU 0 down. NULL without memory. */
struct domain *domain_create(uint16_t id, enum guest_width width, bool privileged);
struct domain *domain_find(uint16_t id);
struct vcpu *vcpu_create(struct domain *d, uint32_t id);
/* Boot, once the clock runs and frames can be had: timers and the run queue of this processor. */
void domains_init(void);

/* Inconsistent guest state: prints the report (registers, stack, last refusals) and stops that domain alone. */
void domain_crash(struct domain *d, const char *format, ...) __attribute__((format(printf, 2, 3)));
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
