/* SPDX-License-Identifier: MIT */
/* Telling the story of refused hypercalls, on Ringlet alone. Part of libguestkit-libc: prints by the C library. */
#ifndef GUESTKIT_REFUSALS_H
#define GUESTKIT_REFUSALS_H

#include <abi/xen.h>

/*
 * Prints the newest refusals of a domain (DOMID_SELF, or any for the privileged domain), `count` of them at most, oldest first. Returns how
 * many, or a negative errno when nobody records them.
 */
int refusals_show(domid_t domain, unsigned int count);

/* "EINVAL" for -22 and 22. */
const char *refusals_errno_name(int error);

#endif
