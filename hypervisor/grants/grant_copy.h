// SPDX-License-Identifier: MIT
#ifndef RINGLET_GRANTS_GRANT_COPY_H
#define RINGLET_GRANTS_GRANT_COPY_H

#include <abi/grant_table.h>

#include "core/domain.h"

/* Copies between two frames, each granted to the current domain or its own. GNTST_x, not stored in *op. */
int grant_copy(struct domain *d, const struct gnttab_copy_64 *op);

#endif
