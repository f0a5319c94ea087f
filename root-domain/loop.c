// SPDX-License-Identifier: MIT
#include "loop.h"

#include <stddef.h>

#include <guestkit/events.h>
#include <guestkit/shared.h>
#include <guestkit/time.h>

static struct loop_source *sources;
static struct loop_timer *timers;
static struct loop_source *following; /* of the source that runs */

void loop_add(struct loop_source *source)
{
    struct loop_source **end = &sources;

    if (source->added)
        return;
    while (*end)
        end = &(*end)->next;
    source->added = true;
    source->next = NULL;
    *end = source;
}

void loop_remove(struct loop_source *source)
{
    for (struct loop_source **at = &sources; *at; at = &(*at)->next)
        if (*at == source) {
            *at = source->next;
            break;
        }
    if (following == source)
        following = source->next;
    source->added = source->ready = false;
}

void loop_event(uint32_t port, void *source)
{
    loop_ready(source);
}

void loop_timer_set(struct loop_timer *timer, uint64_t deadline)
{
    timer->deadline = deadline;
    if (timer->added)
        return;
    timer->added = true;
    timer->next = timers;
    timers = timer;
}

static void expired(uint32_t port, void *context)
{
}

int loop_init(void)
{
    int port = time_timer_init(expired, NULL);

    return port < 0 ? port : 0;
}

static bool run_sources(void)
{
    bool any = false;

    for (struct loop_source *at = sources; at; at = following) {
        following = at->next;
        if (at->ready) {
            any = true;
            at->ready = false;
            at->run(at->context);
        }
    }
    return any;
}

static bool run_timers(void)
{
    uint64_t now = time_now();
    bool any = false;

    for (struct loop_timer *at = timers; at; at = at->next)
        if (at->deadline && at->deadline <= now) {
            any = true;
            at->deadline = 0;
            at->run(at->context);
        }
    return any;
}

/* Until an event comes, or the next timer expires. What came in since the last look ends the sleep at once. */
static void sleep(void)
{
    uint64_t next = 0;

    for (struct loop_timer *at = timers; at; at = at->next)
        if (at->deadline && (!next || at->deadline < next))
            next = at->deadline;
    time_timer_set(next);
    time_block();
    upcalls_mask();
}

void loop_run(void)
{
    upcalls_mask();
    for (;;) {
        bool any;

        events_dispatch();
        any = run_sources();
        if (!run_timers() && !any && !shared_vcpu->evtchn_upcall_pending)
            sleep();
    }
}
