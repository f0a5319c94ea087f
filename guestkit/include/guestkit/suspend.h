/* SPDX-License-Identifier: MIT */
/*
 * Being saved and brought back, perhaps on another machine. Needs `frames`, `p2m`, `shared`, `page_tables`, `traps`.
 *
 * A toolstack finds the domain's memory through the list that p2m_publish() announces; it rewrites every
 * machine frame number in page tables, the p2m list and the registers. What it cannot find, the guest must not
 * keep: suspend() unmaps the shared page and turns the frame numbers in start_info into pseudo-physical ones, and the
 * `before` hooks do likewise for grants, rings and windows. After the return every event channel and grant is gone.
 */
#ifndef GUESTKIT_SUSPEND_H
#define GUESTKIT_SUSPEND_H

#include <stdbool.h>

/*
 * Build the tree of frames that holds the p2m list and announce it in shared_info: pfn_to_mfn_frame_list_list,
 * max_pfn. Call once after frames_init(), so that the domain can be saved at any time; suspend() renews it.
 * 0, or -ENOMEM.
 */
int p2m_publish(void);

/* A part of the port that has machine frame numbers or channels of its own. */
struct suspend_hook {
    void (*before)(void);              /* may be NULL; called last-registered first */
    void (*after)(bool was_cancelled); /* may be NULL; called first-registered first */
    struct suspend_hook *next;
};
void suspend_register(struct suspend_hook *hook);

/*
 * Suspend. Returns 0 after a resume, 1 when the suspend was cancelled and nothing has changed, or the negative errno of
 * a step that failed before it. Upcalls must be masked. A failure afterwards ends the domain with SHUTDOWN_crash.
 */
int suspend(void);

#endif
