// SPDX-License-Identifier: MIT
/* XENMEM_acquire_resource: the frames of another domain's grant table, for a toolstack to map. */
#ifndef RINGLET_GRANTS_ACQUIRE_RESOURCE_H
#define RINGLET_GRANTS_ACQUIRE_RESOURCE_H

#include "core/domain.h"
#include "core/types.h"

long acquire_resource(struct domain *caller, gva_t at);

#endif
