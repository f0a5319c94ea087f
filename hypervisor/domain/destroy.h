// SPDX-License-Identifier: MIT
/* The end of a domain. */
#ifndef RINGLET_DOMAIN_DESTROY_H
#define RINGLET_DOMAIN_DESTROY_H

#include "core/domain.h"

/*
 * Stops d for ever and takes back all it has. d is not the caller's own domain. 0, or -ERESTART to be called again; 0 also
 * when that was done before.
 */
int domain_destroy(struct domain *d);

#endif
