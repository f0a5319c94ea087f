// SPDX-License-Identifier: MIT
#include "domain/watchdog.h"

#include <abi/sched.h>

#include "core/log.h"
#include "core/time_scale.h"
#include "core/why.h"
#include "domain/domain.h"
#include "domain/timers.h"
#include "machine/clock.h"

static void watchdog_fired(struct timer *t, unsigned index)
{
    struct domain_watchdogs *w =
        (struct domain_watchdogs *)((char *)(t - index) - offsetof(struct domain_watchdogs, timers));

    if (w->domain->shut_down)
        return;
    log_line(LOG_WARNING, "watchdog %u of domain %u was not fed", index + 1, w->domain->id);
    domain_shutdown(w->domain, SHUTDOWN_watchdog);
}

static void first_fired(struct timer *t)
{
    watchdog_fired(t, 0);
}

static void second_fired(struct timer *t)
{
    watchdog_fired(t, 1);
}

bool watchdogs_init(struct domain *d, struct domain_watchdogs *w)
{
    w->domain = d;
    if (!timer_register(&w->timers[0], first_fired))
        return false;
    if (!timer_register(&w->timers[1], second_fired)) {
        timer_unregister(&w->timers[0]);
        return false;
    }
    d->watchdogs = w;
    return true;
}

void watchdogs_stop(struct domain *d)
{
    for (unsigned i = 0; i < WATCHDOGS; i++)
        timer_stop(&d->watchdogs->timers[i]);
}

void watchdogs_destroy(struct domain *d)
{
    for (unsigned i = 0; i < WATCHDOGS; i++)
        timer_unregister(&d->watchdogs->timers[i]);
}

static long watchdog_start(struct domain_watchdogs *w, uint32_t seconds)
{
    for (unsigned i = 0; i < WATCHDOGS; i++) {
        if (w->used[i])
            continue;
        w->used[i] = true;
        timer_set(&w->timers[i], clock_now() + seconds * NS_PER_SECOND);
        return i + 1;
    }
    return refuse(-ENOSPC, REASON_watchdogs_exhausted, WATCHDOGS, WATCHDOGS, 0);
}

long watchdog_set(struct domain *d, uint32_t id, uint32_t seconds)
{
    struct domain_watchdogs *w = d->watchdogs;

    if (id == 0)
        return watchdog_start(w, seconds);
    if (id > WATCHDOGS || !w->used[id - 1])
        return refuse(-EINVAL, REASON_watchdog_invalid, WATCHDOGS, id, 0);
    if (seconds == 0) {
        timer_stop(&w->timers[id - 1]);
        w->used[id - 1] = false;
    } else {
        timer_set(&w->timers[id - 1], clock_now() + seconds * NS_PER_SECOND);
    }
    return 0;
}
