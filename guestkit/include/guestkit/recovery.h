/* SPDX-License-Identifier: MIT */
/*
 * The mechanism beneath `probe` and `user`: a place on the kernel stack that a trap handler can send
 * the interrupted code back to. Needs `hypercall`.
 */
#ifndef GUESTKIT_RECOVERY_H
#define GUESTKIT_RECOVERY_H

#include <guestkit/traps.h>

struct recovery {
    uint32_t esp; /* first: recovery.S knows its place */
};

/* Call function(argument). Returns 0 when it returned, 1 when recovery_resume() sent control here. */
int recovery_call(struct recovery *recovery, void (*function)(void *argument), void *argument);

/*
 * Make this stack the one that traps from ring 3 arrive on, then go to ring 3 at `eip` with `esp`,
 * `eflags` and EAX = `eax`. Returns 1 when recovery_resume() sent control here; never 0.
 */
int recovery_enter_user(struct recovery *recovery, uint32_t eip, uint32_t esp, uint32_t eflags, uint32_t eax);

/* Change `frame` so that returning from the trap continues after the call that filled `recovery`. */
void recovery_resume(struct trap_frame *frame, const struct recovery *recovery, bool upcalls_masked);

#endif
