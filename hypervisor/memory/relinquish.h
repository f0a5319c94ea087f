// SPDX-License-Identifier: MIT
/* A domain that ends gives up its memory. */
#ifndef RINGLET_MEMORY_RELINQUISH_H
#define RINGLET_MEMORY_RELINQUISH_H

#include "core/domain.h"

/*
 * d is dying and none of its vCPUs has a root or runs. Drops its pins, the unfinished checks of its tables and its own
 * references to its frames: what nobody else holds is free then. 0, or -ERESTART to be called again.
 */
int memory_relinquish(struct domain *d);

#endif
