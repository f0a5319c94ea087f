// SPDX-License-Identifier: MIT
/* Watchdogs: a domain that fails to feed one in time is shut down with SHUTDOWN_watchdog. */
#ifndef RINGLET_DOMAIN_WATCHDOG_H
#define RINGLET_DOMAIN_WATCHDOG_H

#include "core/domain.h"
#include "domain/timer_queue.h"

#define WATCHDOGS 2

struct domain_watchdogs {
    struct domain *domain;
    struct timer timers[WATCHDOGS];
    bool used[WATCHDOGS];
};

bool watchdogs_init(struct domain *d, struct domain_watchdogs *w);
void watchdogs_stop(struct domain *d);
void watchdogs_destroy(struct domain *d);

/*
 * SCHEDOP_watchdog. id 0: starts one, returns its id (1 up). Otherwise feeds it, or ends it when seconds is 0; returns 0.
 * -EINVAL: no such watchdog, -ENOSPC: all of them run.
 */
long watchdog_set(struct domain *d, uint32_t id, uint32_t seconds);

#endif
