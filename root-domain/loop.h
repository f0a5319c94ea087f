/* SPDX-License-Identifier: MIT */
/*
 * The event loop. Everything the root domain does happens in functions that this calls, one at a time, and none of them
 * waits: a function that has nothing to do returns. Upcalls stay masked but for the moment of sleep, so an event
 * channel's handler never interrupts anybody; it only says that a source is ready.
 */
#ifndef ROOT_LOOP_H
#define ROOT_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* Something that becomes ready and is then run once. */
struct loop_source {
    void (*run)(void *context);
    void *context;
    bool ready, added;
    struct loop_source *next;
};

void loop_add(struct loop_source *source);
/* It may be removed while it runs. */
void loop_remove(struct loop_source *source);
static inline void loop_ready(struct loop_source *source)
{
    source->ready = true;
}
/* The same as an event channel's handler: the context is the source. */
void loop_event(uint32_t port, void *source);

/* Something that is run once, at a time: ns of system time. */
struct loop_timer {
    void (*run)(void *context);
    void *context;
    uint64_t deadline; /* 0: it is not set */
    bool added;
    struct loop_timer *next;
};
void loop_timer_set(struct loop_timer *timer, uint64_t deadline);
static inline void loop_timer_stop(struct loop_timer *timer)
{
    timer->deadline = 0;
}

/* Binds the timer's interrupt. 0 or a negative errno. */
int loop_init(void);
_Noreturn void loop_run(void);

#endif
