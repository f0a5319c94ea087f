/* SPDX-License-Identifier: MIT */
#include <guestkit/recovery.h>
#include <stddef.h>

#define EFLAGS_FIXED 0x2
#define EFLAGS_IF 0x200

_Static_assert(offsetof(struct recovery, esp) == 0, "recovery.S reads the first word");

extern char recovery_landing[];

void recovery_resume(struct trap_frame *frame, const struct recovery *recovery, bool upcalls_masked)
{
    frame->ds = FLAT_KERNEL_DS;
    frame->es = FLAT_KERNEL_DS;
    frame->eax = (uint32_t)recovery;
    frame->eip = (uint32_t)recovery_landing;
    frame->cs = FLAT_KERNEL_CS;
    frame->saved_upcall_mask = upcalls_masked;
    /* Not the probed code's flags: it may have left TF, DF or AC behind. */
    frame->eflags = EFLAGS_FIXED | (upcalls_masked ? 0 : EFLAGS_IF);
}
