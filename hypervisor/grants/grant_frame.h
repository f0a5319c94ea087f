// SPDX-License-Identifier: MIT
/* References on a grant's frame, in the form that a mapping or a copy needs. On the path of every copy: inline. */
#ifndef RINGLET_GRANTS_GRANT_FRAME_H
#define RINGLET_GRANTS_GRANT_FRAME_H

#include "memory/frame.h"
#include "memory/page_types.h"

/* False: the frame is not the granter's, or cannot be written now. grant_frame_refuse() says which. */
static inline bool grant_frame_hold(mfn_t frame, struct domain *granter, bool writable)
{
    struct frame *f = frame_get(frame, granter);

    if (unlikely(!f))
        return false;
    if (writable && unlikely(!frame_get_writable(f))) {
        frame_put(f);
        return false;
    }
    return true;
}

static inline void grant_frame_drop(mfn_t frame, bool writable)
{
    struct frame *f = frame_of(frame);

    if (writable)
        frame_put_type(f);
    frame_put(f);
}

/* Why it could not be held: GNTST_bad_page when it is not the granter's, else GNTST_general_error; recorded. */
int grant_frame_refuse(mfn_t frame, const struct domain *granter, bool writable, uint32_t ref)
    __attribute__((cold, noinline));

#endif
