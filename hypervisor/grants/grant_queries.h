// SPDX-License-Identifier: MIT
/*
 * The commands about the table as a whole, and cache_flush. Each takes one element at part->at, writes its results there
 * and returns 0 or an errno.
 */
#ifndef RINGLET_GRANTS_GRANT_QUERIES_H
#define RINGLET_GRANTS_GRANT_QUERIES_H

#include "core/domain.h"
#include "core/types.h"

/* The elements of an array that a handler is to deal with now. */
struct array_part {
    gva_t at;       /* the first of them */
    uint32_t index; /* its place in the whole array */
    uint32_t count;
    uint32_t command;
};

long grant_setup_table32(struct vcpu *v, const struct array_part *part);
long grant_setup_table64(struct vcpu *v, const struct array_part *part);
long grant_query_size(struct vcpu *v, const struct array_part *part);
long grant_set_version(struct vcpu *v, const struct array_part *part);
long grant_get_version(struct vcpu *v, const struct array_part *part);
long grant_get_status_frames32(struct vcpu *v, const struct array_part *part);
long grant_get_status_frames64(struct vcpu *v, const struct array_part *part);
long grant_cache_flush(struct vcpu *v, const struct array_part *part);

#endif
