/* SPDX-License-Identifier: MIT */
/*
 * The page shared with the hypervisor, and the upcall mask in it: a PV kernel's interrupt flag.
 * Needs no other part.
 */
#ifndef GUESTKIT_SHARED_H
#define GUESTKIT_SHARED_H

#include <abi/guest.h>
#include <stdbool.h>

/* The shared page. Ordinary zeroed memory of the image until shared_map() has run. */
extern shared_info_t shared_page;

/*
 * Map the shared page over `shared_page`. `info` is the start_info of start of day or of a resume.
 * Returns 0, or the negative errno of update_va_mapping.
 */
int shared_map(const start_info_t *info);

/* vCPU 0's part. The kit's users with more vCPUs index shared_page.vcpu_info themselves. */
#define shared_vcpu (&shared_page.vcpu_info[0])

/* Mask upcalls; returns whether they were masked before, for upcalls_restore(). */
bool upcalls_mask(void);
/* Unmask upcalls and take at once those that came in while they were masked. */
void upcalls_unmask(void);
void upcalls_restore(bool masked);

#endif
