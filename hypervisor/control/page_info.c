// SPDX-License-Identifier: MIT
#include "control/domctl.h"
#include "core/hypercall.h"
#include "core/why.h"
#include "machine/percpu.h"
#include "memory/frame_write.h"
#include "memory/page_types.h"
#include "memory/reservation.h"
#include "traps/hypercall_page.h"

long domctl_hypercall_init(struct domain *d, struct xen_domctl *op)
{
    const mfn_t m = mfn(op->u.hypercall_init.gmfn);
    uint8_t page[PAGE_SIZE];
    int error = frame_hold(m, d, TYPE_WRITABLE);

    if (error)
        return error;
    hypercall_page_fill(page);
    frame_write(m, 0, page, sizeof(page));
    frame_release(m);
    return 0;
}

static uint32_t describe(mfn_t m, const struct domain *d)
{
    static const uint32_t kinds[TYPE_COUNT] = {
        [TYPE_L1] = XEN_DOMCTL_PFINFO_L1TAB,        [TYPE_L2] = XEN_DOMCTL_PFINFO_L2TAB,
        [TYPE_L2_SHARED] = XEN_DOMCTL_PFINFO_L2TAB, [TYPE_L3] = XEN_DOMCTL_PFINFO_L3TAB,
        [TYPE_L4] = XEN_DOMCTL_PFINFO_L4TAB,
    };
    struct frame *f = frame_get(m, d);
    uint64_t type;

    if (!f)
        return XEN_DOMCTL_PFINFO_XTAB;
    type = type_read(f);
    frame_put(f);
    if (!type_uses(type))
        return XEN_DOMCTL_PFINFO_NOTAB;
    return kinds[type_of(type)] | (type & TYPE_PINNED ? XEN_DOMCTL_PFINFO_LPINTAB : 0);
}

#define FRAMES_MAX 1024u /* the reference's limit */

long domctl_getpageframeinfo3(struct domain *d, struct xen_domctl *op)
{
    const struct domain *caller = current_vcpu()->domain;
    const struct frame_numbers list = {gva(op->u.getpageframeinfo3.array), caller->width};
    const uint64_t count = op->u.getpageframeinfo3.num;

    if (count > FRAMES_MAX)
        return refuse(-E2BIG, REASON_count_too_large, FRAMES_MAX, count, 0);
    for (uint64_t i = 0; i < count; i++) {
        uint64_t number;

        if (frame_numbers_read(&list, i, &number) || frame_numbers_write(&list, i, describe(mfn(number), d)))
            return -EFAULT;
    }
    return 0;
}
