// SPDX-License-Identifier: MIT
#ifndef RINGLET_GRANTS_GRANT_COPY_H
#define RINGLET_GRANTS_GRANT_COPY_H

#include <abi/grant_table.h>

#include "core/domain.h"

/* One end of a copy as asked for: a grant of the domain when `granted`, else a frame number of the caller's own. */
struct copy_request_end {
    uint64_t ref_or_frame;
    uint16_t domid;
    uint16_t offset;
    bool granted;
};

struct copy_request {
    struct copy_request_end source, dest;
    uint16_t length;
};

/* GNTST_x. */
int grant_copy(struct domain *d, const struct copy_request *r);

#endif
