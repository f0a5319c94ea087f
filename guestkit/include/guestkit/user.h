/* SPDX-License-Identifier: MIT */
/*
 * Run a function in ring 3 and come back. Needs `traps`, `recovery`, `page_tables`, `shared`.
 *
 * The function's code, constants and data must be on pages with the user bit: mark them USER_TEXT and
 * USER_DATA (guestkit/start.h) and call user_init(), or map pages of your own. It may not call kernel
 * code. It ends by user_exit(), which is inlined, or by any trap that nobody handles.
 */
#ifndef GUESTKIT_USER_H
#define GUESTKIT_USER_H

#include <guestkit/probe.h>

/* The software interrupt by which ring 3 returns. */
#define USER_EXIT_VECTOR 0x80

/* Give the image's user pages the user bit and open the exit vector to ring 3. 0 or a negative errno. */
int user_init(void);

/*
 * Run function(argument) in ring 3 on the kit's one-page user stack. fault.vector is NO_FAULT when it ended by
 * user_exit() or returned, and fault.value is what it left in EAX; otherwise the fault is described.
 * Upcalls are taken during it exactly if they are unmasked at the call. Does not nest.
 */
struct fault user_call(uint32_t (*function)(void *argument), void *argument);

/* Go to ring 3 at any address with any stack pointer and EFLAGS: user_call() without the comfort. */
struct fault user_enter(uint32_t eip, uint32_t esp, uint32_t eflags);

static inline __attribute__((always_inline)) _Noreturn void user_exit(uint32_t value)
{
    for (;;) {
        __asm__ volatile("int %1" : "+a"(value) : "i"(USER_EXIT_VECTOR) : "memory");
    }
}

#endif
